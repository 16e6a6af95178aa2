import { hasId, isJsonObject, type Json, type RawDocument } from './operations.ts';

const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** `wanted`, or with the first of -2, -3 … that nobody has. */
function free(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

function withIds(edges: readonly Json[]): readonly Json[] {
  const taken = new Set(edges.filter(hasId).map(({ id }) => id));
  const seen = new Set<string>();
  const named = edges.map((edge, index) => {
    if (!isJsonObject(edge)) return edge;
    const isNamed = hasId(edge) && !seen.has(edge.id);
    const id = isNamed ? edge.id : free(`edge-${index}`, taken);
    seen.add(id);
    if (isNamed) return edge;
    taken.add(id);
    return { ...edge, id };
  });
  return named.every((edge, index) => edge === edges[index]) ? edges : named;
}

/**
 * The document as operations can address it: it has both lists, and each edge an id of its own. The server does the
 * same before the first operation, so both give the same ids. What needs nothing stays the same object.
 */
export function normalised(definition: unknown): RawDocument {
  const source = isJsonObject(definition) ? definition : {};
  const nodes = listOf(source.nodes);
  const edges = withIds(listOf(source.edges));
  if (source.nodes === nodes && source.edges === edges) return source as RawDocument;
  return { ...source, nodes, edges };
}
