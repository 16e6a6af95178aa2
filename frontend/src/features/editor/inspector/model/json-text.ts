import { readJson } from '@/engine/json';
import { faultOf } from '@/engine/json-fault';

/** Where a text stops being JSON, by line and column from 1; null where it is JSON. */
export function faultPlace(source: string): { at: number; line: number; column: number } | null {
  const at = faultOf(source);
  if (at === -1) return null;
  const before = source.slice(0, at).split('\n');
  return { at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The text that a part of a JSON string stands for; an escape that is not whole yet is left out. */
function meantBy(part: string): string {
  for (const text of [part, part.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '')]) {
    const read = readJson(`"${text}"`);
    if (read.ok) return String(read.value);
  }
  return part;
}

/** The string of a JSON text that a position stands in, as the text that it stands for; null where it stands in none. */
export function stringAround(source: string, caret: number): { text: string; at: number } | null {
  let start = -1;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\' && start !== -1) at += 1;
    else if (char === '"' && start === -1) {
      if (at >= caret) return null;
      start = at + 1;
    } else if (char === '"' || (char === '\n' && start !== -1)) {
      if (caret <= at) return meant(source, start, caret, at);
      start = -1;
    }
  }
  return start === -1 ? null : meant(source, start, caret, source.length);
}

function meant(source: string, start: number, caret: number, end: number) {
  const before = meantBy(source.slice(start, caret));
  return { text: before + meantBy(source.slice(caret, end)), at: before.length };
}

export const formatted = (value: unknown): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);
