const ACCENTS: Record<string, string> = {
  a: 'ȧ',
  b: 'ƀ',
  c: 'ƈ',
  d: 'ḓ',
  e: 'ḗ',
  f: 'ƒ',
  g: 'ɠ',
  h: 'ħ',
  i: 'ī',
  j: 'ĵ',
  k: 'ķ',
  l: 'ŀ',
  m: 'ḿ',
  n: 'ƞ',
  o: 'ǿ',
  p: 'ƥ',
  q: 'ɋ',
  r: 'ř',
  s: 'ş',
  t: 'ŧ',
  u: 'ŭ',
  v: 'ṽ',
  w: 'ẇ',
  x: 'ẋ',
  y: 'ẏ',
  z: 'ẑ',
};

const GROWTH = 0.4;

/** "Run" → "[!!! Řŭƞ~ !!!]": accents show what is not translated, brackets what is cut, length what overflows. */
export function pseudo(text: string): string {
  const parts = text.split(/(\{\{[^}]*\}\}|<[^>]*>)/);
  const accented = parts
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[a-z]/g, (letter) => ACCENTS[letter] ?? letter),
    )
    .join('');
  return `[!!! ${accented}${'~'.repeat(Math.ceil(text.length * GROWTH))} !!!]`;
}

export interface Messages {
  [key: string]: string | Messages;
}

/** The whole tree of messages in the pseudo-locale. */
export function pseudoTree(messages: Messages): Messages {
  return Object.fromEntries(
    Object.entries(messages).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudo(value) : pseudoTree(value),
    ]),
  );
}
