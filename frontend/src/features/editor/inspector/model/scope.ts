import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import type { Known } from './known';
import { sightOf } from './sight';

/** What earlier executions left behind: outputs by node id, and what the trigger began with. */
export interface Samples {
  trigger?: unknown;
  steps: Readonly<Record<string, unknown>>;
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

/** What a loop calls its item, index and key: the usual names, and those that its author gave. */
function passRoots(node: DocumentNode): [string, Known][] {
  const ownName = (field: string): string => {
    const name = node.config[field];
    return typeof name === 'string' ? name : '';
  };
  const item: Known = {};
  const index: Known = { schema: { type: 'integer' } };
  const key: Known = {};
  const loop = named([
    ['item', item],
    ['index', index],
    ['key', key],
    ['total_items', { schema: { type: 'integer' } }],
    ['is_first', { schema: { type: 'boolean' } }],
    ['is_last', { schema: { type: 'boolean' } }],
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
  const outputOf = (node: DocumentNode): Known => ({
    title: node.name,
    schema: schemas.get(node.type),
    value: isTrigger(node) ? (samples.steps[node.id] ?? samples.trigger) : samples.steps[node.id],
  });
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
  const trigger: Known =
    triggers[0] === undefined ? { value: samples.trigger } : outputOf(triggers[0]);
  return named([
    ['input', input],
    ...sight.loops.flatMap(passRoots),
    ['steps', named(sight.nodes.map((node) => [node.id, outputOf(node)]))],
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
