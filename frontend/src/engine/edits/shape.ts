import { isJsonObject, isNodeId, type Json, type RefusalCode } from './operations.ts';

/** An operation that cannot be applied. `member`: what of it is to blame. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly member: string;

  constructor(code: RefusalCode, member: string) {
    super(code);
    this.code = code;
    this.member = member;
  }
}

/** Of each operation: what it must say, and what it may. */
const MEMBERS: ReadonlyMap<string, { must: readonly string[]; may: readonly string[] }> = new Map(
  Object.entries({
    'node.add': { must: ['node'], may: ['at'] },
    'node.move': { must: ['id', 'x', 'y'], may: [] },
    'node.patch': { must: ['id'], may: ['set', 'unset'] },
    'node.remove': { must: ['id'], may: [] },
    'edge.add': { must: ['edge'], may: ['at'] },
    'edge.patch': { must: ['id'], may: ['set', 'unset'] },
    'edge.remove': { must: ['id'], may: [] },
    'meta.patch': { must: [], may: ['set', 'unset'] },
    'workflow.patch': { must: ['set'], may: [] },
  }),
);

const LONGEST: Readonly<Record<string, number>> = { name: 255, description: 10_000 };

const isText = (value: Json | undefined): value is string =>
  typeof value === 'string' && value !== '';

/** Whether it is a text that a workflow may be called by. */
function isFit(name: string, value: Json): boolean {
  if (typeof value !== 'string' || !Object.hasOwn(LONGEST, name)) return false;
  const text = name === 'name' ? value.trim() : value;
  return text.length <= (LONGEST[name] ?? 0) && (name !== 'name' || text !== '');
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const CHECKS: Readonly<Record<string, (value: Json, op: string) => boolean>> = {
  node: (node) => isJsonObject(node) && isNodeId(node.id),
  edge: (edge) => isJsonObject(edge) && isText(edge.id),
  at: (at) => typeof at === 'number' && Number.isInteger(at) && at >= 0,
  x: (x) => typeof x === 'number',
  y: (y) => typeof y === 'number',
  id: () => true,
  set: (set, op) =>
    isJsonObject(set) &&
    (op !== 'workflow.patch' || Object.entries(set).every(([name, value]) => isFit(name, value))),
  unset: (unset) => isList(unset) && unset.every((pointer) => typeof pointer === 'string'),
};

/**
 * Requires that an operation says what it must, nothing else, and each in its form; those of others come over the wire.
 *
 * @throws Refused
 */
export function requireShape(operation: unknown): void {
  if (!isJsonObject(operation)) throw new Refused('operation_invalid', 'op');
  const { op } = operation;
  const members = typeof op === 'string' ? MEMBERS.get(op) : undefined;
  if (members === undefined || typeof op !== 'string') throw new Refused('operation_invalid', 'op');
  const { must, may } = members;
  for (const member of must)
    if (!Object.hasOwn(operation, member)) throw new Refused('operation_invalid', member);
  for (const [member, value] of Object.entries(operation)) {
    if (member === 'op') continue;
    const isKnown = must.includes(member) || may.includes(member);
    if (!isKnown || CHECKS[member]?.(value, op) !== true)
      throw new Refused('operation_invalid', member);
  }
}
