import { readJson } from '@/engine/json';
import type { Trial } from './api';

/** A delivery as somebody types it. */
export interface TrialText {
  method: string;
  query: string;
  headers: string;
  body: string;
}

type Read = { trial: Trial } | { fault: 'headers'; line: number } | { fault: 'body' };

/** Headers that a proxy or the sender's own connection adds: of no use in a test. */
const OWN = new Set(['host', 'content-length', 'accept-encoding', 'connection']);

/** The headers as lines of `Name: value`. */
export function headerLines(headers: unknown): string {
  if (typeof headers !== 'object' || headers === null) return '';
  return Object.entries(headers)
    .filter(([name]) => !OWN.has(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}

/** What is to be sent, or where it cannot be read. */
export function readTrial({ method, query, headers, body }: TrialText): Read {
  const given: Record<string, string> = {};
  for (const [index, line] of headers.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { fault: 'headers', line: index + 1 };
    given[name] = value;
  }
  const type = Object.entries(given).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const isText = type !== undefined && !type.includes('json');
  const value = isText ? ({ ok: true, value: body } as const) : readJson(body);
  const isEmpty = body.trim() === '';
  if (!isEmpty && !value.ok) return { fault: 'body' };
  return {
    trial: {
      method: method as NonNullable<Trial['method']>,
      query,
      headers: given,
      body: isEmpty || !value.ok ? null : value.value,
    },
  };
}
