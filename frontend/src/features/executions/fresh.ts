import type { ExecutionSummary } from './types';

/** Those of `newest` that the list does not show yet: ids are UUIDv7, so a later one sorts higher. */
export function freshOf(
  shown: readonly ExecutionSummary[],
  newest: readonly ExecutionSummary[],
): ExecutionSummary[] {
  const top = shown[0]?.id ?? '';
  return newest.filter((one) => one.id > top);
}

/** The list with what is newly known of its rows. Their places do not change. */
export function renewed(
  shown: readonly ExecutionSummary[],
  newest: readonly ExecutionSummary[],
): ExecutionSummary[] {
  const byId = new Map(newest.map((one) => [one.id, one]));
  return shown.map((one) => byId.get(one.id) ?? one);
}
