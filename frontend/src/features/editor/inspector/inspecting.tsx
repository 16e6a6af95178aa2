import { act, screen, waitFor } from '@testing-library/react';
import { useEffect } from 'react';
import type { RawDocument, RawNode } from '@/engine/edits/operations';
import type { SchemaNodeTypeOut } from '@/generated/api';
import { CATALOGUE } from '@/testing/catalogue';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import type { World } from '@/testing/world';
import { EditorProvider, useEditorActions, useEditorNow } from '../provider';
import type { EditorActions, EditorState, Problem } from '../state';
import { Inspector } from './inspector';

interface Inspected {
  data?: Record<string, unknown>;
  problems?: readonly Partial<Problem>[];
  types?: SchemaNodeTypeOut[];
  world?: Partial<World>;
  definition?: Partial<RawDocument>;
}

interface Handle {
  actions: EditorActions;
  now: () => EditorState;
}

/** Hands the store of the page to the test. */
function Grip({ onGrip }: { onGrip: (handle: Handle) => void }) {
  const actions = useEditorActions();
  const now = useEditorNow();
  useEffect(() => onGrip({ actions, now }), [onGrip, actions, now]);
  return null;
}

/** Opens the inspector of a node `act` of a type; what it does to the document is read from the store. */
export async function inspect(type: string, config: unknown, options: Inspected = {}) {
  const definition = {
    nodes: [
      { id: 'start', type: 'trigger:manual', position: { x: 0, y: 0 }, data: { name: 'Start' } },
      {
        id: 'act',
        type,
        position: { x: 300, y: 0 },
        data: { name: 'Act', config, ...options.data },
      },
    ],
    edges: [{ id: 'e', source: 'start', target: 'act' }],
    ...options.definition,
  };
  const problems = (options.problems ?? []).map((problem) => ({
    code: 'field_type',
    edge_id: null,
    field: null,
    message: '',
    node_id: 'act',
    path: '/nodes/1',
    severity: 'error' as const,
    ...problem,
  }));
  const workflow = makeWorkflow({ name: 'Invoices', definition, problems });
  const world = serve({
    workflows: [workflow],
    nodeTypes: options.types ?? CATALOGUE,
    ...options.world,
  });
  let handle: Handle | null = null;
  const rendered = renderAt(
    '/',
    <EditorProvider workflow={workflow}>
      <Inspector />
      <Grip
        onGrip={(given) => {
          handle = given;
        }}
      />
    </EditorProvider>,
  );
  const held = (): Handle => {
    if (handle === null) throw new Error('the page is not there');
    return handle;
  };
  // Nobody edits before it is known who they are.
  await waitFor(held);
  act(() => held().actions.select(['act']));
  await screen.findByRole('tablist');
  const node = (): RawNode =>
    held()
      .now()
      .raw.nodes.find((one) => (one as RawNode).id === 'act') as RawNode;
  return {
    ...rendered,
    world,
    store: held(),
    node,
    data: () => node().data as Record<string, unknown>,
    config: () => (node().data as { config: Record<string, unknown> }).config,
    undo: () => act(() => held().actions.undo()),
  };
}
