import type { ExecutionSummary } from './types';

/** The id of the newest: ids are UUIDv7, so a later one sorts higher; `''` where there is none. */
export const topOf = (rows: readonly ExecutionSummary[]): string =>
  rows.reduce((top, { id }) => (id > top ? id : top), '');

/** Those of `newest` that the list does not show yet. */
export function freshOf(
  shown: readonly ExecutionSummary[],
  newest: readonly ExecutionSummary[],
): ExecutionSummary[] {
  const top = topOf(shown);
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

/** The pages with newer rows on top. A re-read may have brought some of them already. */
export function onTop<Page extends { results: ExecutionSummary[] }>(
  pages: readonly Page[],
  fresh: readonly ExecutionSummary[],
): Page[] {
  const [first, ...others] = pages;
  if (first === undefined) return [];
  const news = freshOf(first.results, fresh);
  return [{ ...first, results: [...news, ...first.results] }, ...others];
}

const REREAD_MS = 30_000;

/** When a list is read again: each page is a request, so a long one seldom. */
export const rereadMs = (pages: number): number => REREAD_MS * Math.max(1, pages);
