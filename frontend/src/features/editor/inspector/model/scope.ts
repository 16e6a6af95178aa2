import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import type { Known } from './known';
import { sightOf } from './sight';

/** What earlier executions left behind, by node id: outputs, and what a container showed inside of its first pass. */
export interface Samples {
  steps: Readonly<Record<string, unknown>>;
  passes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ScopeSource {
  document: WorkflowDocument;
  nodeId: string;
  samples: Samples;
  /** What each node type promises of its output. */
  schemas: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  variables: Readonly<Record<string, unknown>>;
  /** The names of credentials, where the field may hold one. */
  credentials: readonly string[];
}

const ENV = ['tenant_id', 'workflow_id', 'execution_id', 'current_timestamp'];

const isTrigger = (node: DocumentNode): boolean => node.type.startsWith('trigger:');

const named = (entries: readonly (readonly [string, Known])[]): Known => ({
  parts: new Map(entries),
});

const ofKind = (type: string): Known => ({ schema: { type } });

/** What a loop shows inside of itself: item, index and key, under the usual names and those that its author gave. */
function passRoots(node: DocumentNode, samples: Samples): [string, Known][] {
  const seen = samples.passes[node.id] ?? {};
  const ownName = (field: string): string => {
    const name = node.config[field];
    return typeof name === 'string' ? name : '';
  };
  const item: Known = { value: seen.item };
  const index: Known = { ...ofKind('integer'), value: seen.index };
  const key: Known = { value: seen.key };
  const loop = named([
    ['item', item],
    ['index', index],
    ['key', key],
    ['total_items', ofKind('integer')],
    ['is_first', ofKind('boolean')],
    ['is_last', ofKind('boolean')],
  ]);
  const roots: [string, Known][] = [
    ['item', item],
    ['index', index],
    ['key', key],
    ['loop', loop],
    [ownName('item_variable'), item],
    [ownName('index_variable'), index],
    [ownName('key_variable'), key],
  ];
  return roots.filter(([name]) => name !== '');
}

/** All that the expressions of a node may read, with what is known of it. The order is that of the data panel. */
export function scopeOf(source: ScopeSource): Known {
  const { document, nodeId, samples, schemas, variables, credentials } = source;
  const sight = sightOf(document, nodeId);
  const outputs = new Map(
    sight.nodes.map((node): [string, Known] => [
      node.id,
      { title: node.name, schema: schemas.get(node.type), value: samples.steps[node.id] },
    ]),
  );
  const outputOf = ({ id }: DocumentNode): Known => outputs.get(id) ?? {};
  const before = document.edges
    .filter(({ target }) => target === nodeId)
    .flatMap(({ source: id }) => sight.nodes.filter((node) => node.id === id));
  const [first, ...others] = [...new Set(before)];
  const input: Known =
    first === undefined
      ? {}
      : others.length === 0
        ? outputOf(first)
        : named([first, ...others].map((node) => [node.id, outputOf(node)]));
  const triggers = sight.nodes.filter(isTrigger);
  const [started] = triggers;
  const trigger: Known = started === undefined ? {} : outputOf(started);
  return named([
    ['input', input],
    ...sight.loops.flatMap((node) => passRoots(node, samples)),
    ['steps', named([...outputs])],
    ['trigger', trigger],
    ...(sight.isInCatch
      ? [
          [
            'error',
            named(['code', 'message', 'node', 'status', 'details'].map((part) => [part, {}])),
          ] as const,
        ]
      : []),
    ['vars', named(Object.entries(variables).map(([name, value]) => [name, { value }]))],
    ['env', named(ENV.map((name) => [name, { schema: { type: 'string' } }]))],
    ...(credentials.length > 0
      ? [
          [
            'credentials',
            named(credentials.map((name) => [name, { schema: { type: 'string' } }])),
          ] as const,
        ]
      : []),
  ]);
}
