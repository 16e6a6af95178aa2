import { ERROR } from '../ports';
import { edgesOf, isJsonObject, nodeWith, type Operation, type RawDocument } from './operations';
import { valueAt } from './pointers';

/** What another type of node takes and offers. */
export interface NewType {
  readonly type: string;
  /** The names of its configuration. */
  readonly fields: readonly string[];
  /** The ports it is left by, "" for its only one. */
  readonly ports: readonly string[];
}

/**
 * Makes a node one of another type: name, place and edges stay, and of its configuration what the new type knows. An edge
 * that left by a port that is gone leaves by the first one; a trigger lets nothing in.
 */
export function retyped(document: RawDocument, id: string, to: NewType): Operation[] {
  const node = nodeWith(document, id);
  if (node === undefined) return [];
  const config = valueAt(node, ['data', 'config']);
  const known = new Set(to.fields);
  const entries = Object.entries(isJsonObject(config) ? config : {});
  const kept = Object.fromEntries(entries.filter(([name]) => known.has(name)));
  const [first = ''] = to.ports;
  const edges = edgesOf(document).flatMap((edge): Operation[] => {
    if (edge.target === id && to.type.startsWith('trigger:'))
      return [{ op: 'edge.remove', id: edge.id }];
    const port = typeof edge.sourceHandle === 'string' ? edge.sourceHandle : '';
    if (edge.source !== id || to.ports.includes(port) || port === ERROR) return [];
    if (first === '') return [{ op: 'edge.patch', id: edge.id, unset: ['/sourceHandle'] }];
    return [{ op: 'edge.patch', id: edge.id, set: { '/sourceHandle': first } }];
  });
  return [{ op: 'node.patch', id, set: { '/type': to.type, '/data/config': kept } }, ...edges];
}

/** Calls a node something else. Expressions know it by its id, so they need not follow. */
export const renamed = (id: string, name: string): Operation[] => [
  { op: 'node.patch', id, set: { '/data/name': name } },
];

/** Switches nodes off, or, if all of them are off, on again. */
export function toggledDisabled(document: RawDocument, ids: ReadonlySet<string>): Operation[] {
  const nodes = [...ids].flatMap((id) => nodeWith(document, id) ?? []);
  const isOff = nodes.every((node) => valueAt(node, ['data', 'disabled']) === true);
  return nodes.map(({ id }) => ({ op: 'node.patch', id, set: { '/data/disabled': !isOff } }));
}
