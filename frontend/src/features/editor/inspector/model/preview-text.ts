const SHOWN = 400;

/** A value in one line, as JSON; a text as it is. */
export function previewText(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value ?? null);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Where a fault stands in a text: from the position the server counts, in characters, to the end of the word there. */
export function faultRange(
  text: string,
  position: number | null,
): { from: number; to: number } | null {
  if (position === null || text === '') return null;
  const from = Array.from(text).slice(0, position).join('').length;
  const word = /^(?:[\w-]+|\S)/.exec(text.slice(from))?.[0].length ?? 1;
  return { from: Math.min(from, text.length - 1), to: Math.min(from + word, text.length) };
}
