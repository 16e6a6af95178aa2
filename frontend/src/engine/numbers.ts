/** Strings, so that digits within them are passed over, and numbers. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
const WHOLE = /^-?\d+$/;

/**
 * The first number of a JSON text that JavaScript would write otherwise than it stands there: a whole one of many digits, or
 * one beyond all bounds, which it writes as null. Null: it keeps them all. Whoever parses the text and writes it again changes that number without a word.
 */
export function lostNumber(json: string): string | null {
  for (const [token] of json.matchAll(TOKEN)) {
    if (token.startsWith('"')) continue;
    const number = Number(token);
    if (Math.abs(number) === Number.POSITIVE_INFINITY) return token;
    if (WHOLE.test(token) && String(number) !== token) return token;
  }
  return null;
}
