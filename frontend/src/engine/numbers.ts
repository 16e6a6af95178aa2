/** Strings, so that digits within them are passed over, and numbers. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
const WHOLE = /^-?\d+$/;

/**
 * The first whole number of a JSON text that JavaScript would write otherwise than it stands there; null: it keeps
 * them all. Whoever parses the text and writes it again changes that number without a word.
 */
export function lostNumber(json: string): string | null {
  for (const [token] of json.matchAll(TOKEN)) {
    if (WHOLE.test(token) && String(Number(token)) !== token) return token;
  }
  return null;
}
