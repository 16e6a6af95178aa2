export interface Segment {
  kind: 'text' | 'expression';
  /** As it is written, the braces of an expression included. */
  source: string;
  from: number;
}

/** The end of an expression whose inside begins at `from`: behind its `}}`, or -1. Texts and braces inside are skipped. */
function endOf(source: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === '}' && source.charAt(at + 1) === '}') return at + 2;
  }
  return -1;
}

/** A template cut into its texts and its `{{ … }}`; one that is not closed is text. */
export function segmentsOf(source: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open === -1 ? -1 : endOf(source, open + 2);
    if (end === -1) break;
    if (open > at) segments.push({ kind: 'text', source: source.slice(at, open), from: at });
    segments.push({ kind: 'expression', source: source.slice(open, end), from: open });
    at = end;
  }
  if (at < source.length) segments.push({ kind: 'text', source: source.slice(at), from: at });
  return segments;
}

/** Where the expression around `caret` begins, behind its `{{`; -1 where the caret stands in text. */
export function openedBefore(source: string, caret: number): number {
  let at = 0;
  for (;;) {
    const open = source.indexOf('{{', at);
    if (open === -1 || open + 2 > caret) return -1;
    const end = endOf(source, open + 2);
    if (end === -1 || caret <= end - 2) return open + 2;
    if (caret < end) return -1;
    at = end;
  }
}

/** The inside of a text that is one `{{ … }}` and nothing else; null otherwise. */
export function soleExpression(source: string): string | null {
  const [only, ...others] = segmentsOf(source.trim());
  if (only?.kind !== 'expression' || others.length > 0) return null;
  return only.source.slice(2, -2).trim();
}

/** A literal as a template of the same value: `30` becomes `{{ 30 }}`. */
export const templateOf = (literal: unknown): string => `{{ ${JSON.stringify(literal)} }}`;

/** The literal that a template stands for, if it is one `{{ … }}` around plain JSON. */
export function literalOf(template: string): { value: unknown } | null {
  const inside = soleExpression(template);
  if (inside === null) return null;
  try {
    return { value: JSON.parse(inside) as unknown };
  } catch {
    return null;
  }
}
