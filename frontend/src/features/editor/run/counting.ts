import type { Difference } from '@/engine/edits/diff';

/** Where a node stands, and what the editor keeps for itself, runs nothing. */
const runsNothing = (path: string): boolean =>
  /^\/(?:position|editor|data\/notes)(?:\/|$)/.test(path);

/** How many nodes, edges and settings are not what they were. */
export function changesIn({ nodes, edges, meta }: Difference): number {
  const isReal = ({ paths }: { paths: readonly string[] }): boolean =>
    paths.some((path) => !runsNothing(path));
  const count = (part: Difference['nodes']): number =>
    part.added.length + part.removed.length + part.changed.filter(isReal).length;
  return count(nodes) + count(edges) + meta.filter((path) => !runsNothing(path)).length;
}
