import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { ago, makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import { CanvasProvider } from '../canvas/canvas-provider';
import { EditorProvider, useEditorActions } from '../provider';
import { RunBar } from './run-bar';
import { RunPanel } from './run-panel';
import { useRun } from './store';

const node = (id: string, type: string) => ({ id, type, data: { name: id, config: {} } });

const workflow = makeWorkflow({
  updated_at: ago(3_600),
  definition: {
    nodes: [
      node('start', 'trigger:manual'),
      node('each', 'control:loop'),
      node('book', 'action:http'),
    ],
    edges: [
      { id: '1', source: 'start', target: 'each' },
      { id: '2', source: 'each', target: 'book', sourceHandle: 'body' },
    ],
  },
});

const passes = [0, 1, 2, 3].flatMap((index) => [
  makeStep({ node_id: 'each', scope: `each[${index}]`, item: { index, item: `inv-${index}` } }),
  makeStep({
    node_id: 'book',
    node_type: 'action:http',
    scope: `each[${index}]`,
    status: index % 2 === 1 ? 'failed' : 'completed',
    port: index % 2 === 1 ? 'error' : '',
    output: index % 2 === 1 ? null : { entry: index },
    error: index % 2 === 1 ? { code: 'http_409', message: `Booked: ${index}.`, status: 409 } : null,
  }),
]);

const looped = makeExecution({
  workflow_id: workflow.id,
  version_id: `${workflow.id}-v3`,
  trigger_node: 'start',
  had_errors: true,
  steps: [
    makeStep({ node_id: 'start', node_type: 'trigger:manual' }),
    makeStep({ node_id: 'each', node_type: 'control:loop', output: { count: 4 } }),
    ...passes,
    makeStep({ node_id: 'gone', node_type: 'action:http', output: { was: 'here' } }),
  ],
});
const SHOW = `?execution=${looped.id}`;

function Rename() {
  const actions = useEditorActions();
  const set = { '/data/config/url': 'x' };
  return (
    <button
      type="button"
      onClick={() => actions.edit([{ op: 'node.patch', id: 'book', set }], 'x')}
    >
      edit
    </button>
  );
}

function open(more: Partial<World> = {}, search = SHOW) {
  // What one test saves is not there in the next.
  const own = structuredClone(workflow);
  const world = serve({ workflows: [own], executions: [looped], ...more });
  const page = renderAt(
    `/workflows/${workflow.id}${search}`,
    <EditorProvider workflow={own}>
      <CanvasProvider>
        <RunBar />
        <Rename />
        <RunPanel />
      </CanvasProvider>
    </EditorProvider>,
  );
  const nodes = async () =>
    within(await screen.findByRole('list', { name: 'Nodes of this execution' }));
  return { world, nodes, ...page };
}

const first = useRun.getState();
beforeEach(() => useRun.setState(first, true));

describe('an input that is large', () => {
  it('stays whole while somebody edits beside it', async () => {
    const rows = Array.from({ length: 3_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const large = { ...looped, trigger: { rows } };
    const { user, nodes } = open({ executions: [large] });
    await user.click((await nodes()).getByRole('button', { name: /^gone/ }));
    const input = within(await screen.findByRole('article', { name: 'Input' }));
    await user.click(input.getByRole('button', { name: 'Load full' }));
    expect(input.queryByRole('button', { name: 'Load full' })).toBeNull();

    await user.click(screen.getByRole('button', { name: 'edit' }));
    expect(input.queryByRole('button', { name: 'Load full' })).toBeNull();
  });
});

describe('the passes of a loop', () => {
  it('are one line, begin with the first that failed, and are gone through by number', async () => {
    const { user, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^book/ }));
    const number = await screen.findByRole('spinbutton', { name: 'Number of the pass' });
    expect(number).toHaveValue(2);
    expect(screen.getByText('Booked: 1.')).toBeVisible();
    expect(screen.getByRole('treeitem', { name: /^item: ?"inv-1"/ })).toBeVisible();

    await user.click(screen.getByRole('button', { name: 'Next pass' }));
    expect(screen.getByRole('treeitem', { name: /^entry: ?2/ })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Failed only (2)' }));
    expect(await screen.findByText('Booked: 1.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Next pass' }));
    expect(await screen.findByText('Booked: 3.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Next pass' })).toBeDisabled();

    await user.click(screen.getByRole('button', { name: 'All passes' }));
    expect(screen.getByRole('spinbutton', { name: 'Number of the pass' })).toHaveValue(1);
    expect(screen.queryByRole('button', { name: 'All passes' })).toBeNull();
  });

  it('are gone to by their number, which can be cleared and typed anew', async () => {
    const { user, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^book/ }));
    const number = await screen.findByRole('spinbutton', { name: 'Number of the pass' });

    await user.clear(number);
    expect(number).toHaveValue(null);
    await user.type(number, '3');
    expect(screen.getByRole('treeitem', { name: /^entry: ?2/ })).toBeVisible();

    await user.clear(number);
    await user.tab();
    expect(number).toHaveValue(3);
  });
});

describe('the panel', () => {
  it('shows the whole execution while no node is selected, and nodes that the draft has lost', async () => {
    const { user, nodes } = open();
    const list = await nodes();
    expect(screen.getByRole('heading', { name: 'Trigger' })).toBeVisible();
    await user.click(list.getByRole('button', { name: /^gone/ }));
    expect(await screen.findByRole('treeitem', { name: /^was: ?"here"/ })).toBeVisible();
  });

  it('says which version it shows and what the draft has changed since', async () => {
    const { user } = open();
    await screen.findByText(/Version 3$/);
    expect(screen.queryByText(/^You are viewing/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'edit' }));
    await screen.findByText('You are viewing version 3. The draft has 1 change.');
  });

  it('says so where nobody can tell what an earlier draft was', async () => {
    const old = { ...looped, version_id: 'a-snapshot', created_at: ago(9_000) };
    open({ executions: [old] });
    await screen.findByText('This ran an earlier draft. What has changed since is not known.');
  });

  it('is as high as its edge is moved to, also by keys and by its menu, and remembers it', async () => {
    const { user } = open();
    const edge = await screen.findByRole('slider', { name: 'Height of the panel' });
    expect(edge).toHaveAttribute('aria-valuenow', '252');
    fireEvent.keyDown(edge, { key: 'ArrowUp' });
    expect(edge).toHaveAttribute('aria-valuenow', '272');
    await user.click(screen.getByRole('button', { name: 'More about this panel' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Large' }));
    expect(edge).toHaveAttribute('aria-valuenow', '460');
    expect(localStorage.getItem('gorax.run-height')).toBe('460');
  });

  it('collapses by its key, and closes panes by theirs', async () => {
    const { user, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^book/ }));
    fireEvent.keyDown(document.body, { key: 'i' });
    expect(useRun.getState().closed).toEqual(new Set(['input']));
    fireEvent.keyDown(document.body, { key: 'l' });
    expect(screen.queryByRole('list', { name: 'Nodes of this execution' })).toBeNull();
    expect(localStorage.getItem('gorax.run-panel')).toBe('closed');
  });

  it('shows another of the latest executions, and none', async () => {
    const other = makeExecution({
      // Its own, whatever was made before.
      id: '0199d3a0-0000-7000-8000-00000000feed',
      workflow_id: workflow.id,
      status: 'failed',
      created_at: ago(90),
    });
    const { user, address } = open({ executions: [other, looped] });
    await user.click(await screen.findByRole('button', { name: /^Execution / }));
    await user.click(await screen.findByRole('menuitem', { name: new RegExp(other.id.slice(-8)) }));
    await waitFor(() => expect(address()).toContain(other.id));
    await user.click(screen.getByRole('button', { name: 'More about this panel' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Show no execution' }));
    await screen.findByText('Run it and see what each node makes');
    expect(address()).toBe(`/workflows/${workflow.id}`);
  });

  it('says why an execution did not come', async () => {
    const world = serve({ workflows: [workflow], executions: [] });
    server.use(
      http.get(`*/executions/${looped.id}`, () => problem(403, 'forbidden', 'You may not.')),
    );
    renderAt(
      `/workflows/${workflow.id}${SHOW}`,
      <EditorProvider workflow={workflow}>
        <CanvasProvider>
          <RunPanel />
        </CanvasProvider>
      </EditorProvider>,
    );
    await screen.findByText('You may not see this');
    expect(world.sent).toEqual([]);
  });

  it('shows where it will be while it loads', async () => {
    const { container } = open();
    await waitFor(() => expect(container.querySelector('[aria-busy]')).not.toBeNull());
  });
});

describe('what was asked of one execution', () => {
  it('is not asked of the next', async () => {
    const { user, nodes, unmount } = open();
    await user.click((await nodes()).getByRole('button', { name: /^each/ }));
    await user.click(await screen.findByRole('button', { name: 'Other ways to retry' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit and retry…' }));
    await screen.findByRole('dialog', { name: 'Edit and retry' });
    unmount();

    expect(useRun.getState()).toMatchObject({ retryAt: null, isPinning: false });
  });
});

describe('edit and retry', () => {
  it('begins in the draft at the chosen node with other data', async () => {
    const { user, world, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^each/ }));
    await user.click(await screen.findByRole('button', { name: 'Other ways to retry' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit and retry…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit and retry' }));
    fireEvent.change(dialog.getByLabelText('Data of the trigger'), {
      target: { value: '{"n": 1}' },
    });
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({
        draft: true,
        part: 'from',
        node_id: 'each',
        execution_id: looped.id,
        input: { n: 1 },
      }),
    );
  });

  it('begins the draft anew with the data as the server has them', async () => {
    const { user, world, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^each/ }));
    await user.click(await screen.findByRole('button', { name: 'Other ways to retry' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit and retry…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit and retry' }));
    await user.selectOptions(dialog.getByLabelText('Where it begins'), 'start');
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({
        draft: true,
        trigger_node: 'start',
        execution_id: looped.id,
      }),
    );
  });

  it('takes the published version and the data as they were, where somebody says so', async () => {
    const { user, world, nodes } = open();
    await user.click((await nodes()).getByRole('button', { name: /^each/ }));
    await user.click(await screen.findByRole('button', { name: 'Other ways to retry' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit and retry…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Edit and retry' }));
    await user.selectOptions(dialog.getByLabelText('Version'), 'newest');
    await user.selectOptions(dialog.getByLabelText('Where it begins'), 'start');
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() =>
      expect(world.sent.at(-1)).toMatchObject({
        path: `/api/v1/executions/${looped.id}/retry`,
        body: { start_at: 'start', version: 'newest' },
      }),
    );
  });
});
