import { normalised } from '@/engine/edits/normalised';
import { type Draft, edgesOf, type Json, nodesOf, type Operation } from '@/engine/edits/operations';

/** Chance that comes out the same each time for the same seed (mulberry32). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  one<Member>(list: readonly Member[]): Member | undefined {
    return list[this.below(list.length)];
  }
}

/** A draft of which everything can be addressed and stands somewhere. */
export function randomDraft(chance: Chance, size = 1 + chance.below(7)): Draft {
  const nodes = Array.from({ length: size }, (_, index) => ({
    id: `n${index}`,
    type: 'action:http',
    position: { x: chance.below(900), y: chance.below(900) },
    data: { name: `Node ${index}`, config: { url: 'https://a.test', list: [1, { k: 2 }] } },
  }));
  const edges = nodes.slice(1).flatMap((node, index) => {
    const source = nodes[chance.below(index + 1)];
    return source === undefined ? [] : [{ id: `e${index}`, source: source.id, target: node.id }];
  });
  const definition = normalised({
    nodes,
    edges,
    settings: { timezone: 'UTC' },
    variables: {},
    editor: { notes: {} },
  });
  return { name: 'Before', description: '', definition };
}

const PLACES = [
  '/data/name',
  '/data/config',
  '/data/config/url',
  '/data/config/list/1/k',
  '/data/config/list/0',
  '/data/retry/max',
  '/data/retry',
  '/data',
];

const META = ['/settings/timezone', '/editor/notes/n/text', '/editor/notes/n', '/variables/a'];

const VALUES: readonly Json[] = [1, 'two', null, true, [1], { url: 'x', k: { l: 1 } }, {}];

function patch(chance: Chance, places: readonly string[]) {
  const chosen = Array.from({ length: 1 + chance.below(2) }, () => chance.one(places) ?? '');
  const value = chance.one(VALUES) ?? null;
  return chance.below(3) === 0
    ? { unset: chosen }
    : { set: Object.fromEntries(chosen.map((place) => [place, value])) };
}

let made = 0;

/** Some operation; about one of five does not fit. */
export function randomOperation(chance: Chance, { definition }: Draft): Operation {
  const ids = [...nodesOf(definition).map(({ id }) => id), 'nobody'];
  const id = chance.one(ids) ?? '';
  const other = chance.one(ids) ?? '';
  const edgeId = chance.one([...edgesOf(definition).map((edge) => edge.id), 'no-edge']) ?? '';
  made += 1;
  const operations: readonly Operation[] = [
    { op: 'node.add', node: { id: `m${made}`, type: 't', position: { x: 1, y: 2 } } },
    { op: 'node.add', node: { id: `m${made}`, type: 't', position: { x: 1, y: 2 } }, at: 0 },
    { op: 'node.move', id, x: chance.below(900), y: chance.below(900) },
    { op: 'node.patch', id, ...patch(chance, PLACES) },
    { op: 'node.patch', id, ...patch(chance, PLACES) },
    { op: 'node.remove', id },
    { op: 'edge.add', edge: { id: `f${made}`, source: id, target: other } },
    { op: 'edge.patch', id: edgeId, set: { '/target': id, '/label': 'then' } },
    { op: 'edge.remove', id: edgeId },
    { op: 'meta.patch', ...patch(chance, META) },
    { op: 'workflow.patch', set: { name: `Name ${made}` } },
  ];
  return chance.one(operations) ?? { op: 'node.remove', id };
}
