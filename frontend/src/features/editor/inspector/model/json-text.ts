import { faultOf } from '@/engine/json-fault';

/** Where a text stops being JSON, by line and column from 1; null where it is JSON. */
export function faultPlace(source: string): { at: number; line: number; column: number } | null {
  const at = faultOf(source);
  if (at === -1) return null;
  const before = source.slice(0, at).split('\n');
  return { at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export const formatted = (value: unknown): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);
