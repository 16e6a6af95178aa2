import { changesOf, countOf } from '@/engine/changes';

/** How many nodes, edges and settings are not what they were; what a node's notes say runs nothing. */
export function changesBetween(before: unknown, after: unknown): number {
  const changes = changesOf(before, after);
  const nodes = changes.nodes.filter(
    ({ tone, fields }) => tone !== 'changed' || fields.some(({ path }) => path[0] !== 'notes'),
  );
  return countOf({ ...changes, nodes });
}
