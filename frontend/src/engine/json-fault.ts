type Awaited =
  | 'value'
  | 'value-or-end'
  | 'key'
  | 'key-or-end'
  | 'colon'
  | 'comma-or-end'
  | 'nothing';

const BLANK = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex -- JSON forbids exactly these in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|true\b|false\b|null\b/y;

function endOf(pattern: RegExp, source: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(source) ? pattern.lastIndex : -1;
}

/** Walks through a text and remembers what it waits for; a stack instead of recursion bears any depth. */
class Walker {
  private readonly open: ('{' | '[')[] = [];
  private awaited: Awaited = 'value';

  /** The position behind the token at `at`, or -1 if none may stand there. */
  step(source: string, at: number): number {
    const char = source.charAt(at);
    if (char === '}' || char === ']') return this.close(char) ? at + 1 : -1;
    if (char === ',' || char === ':') return this.separate(char) ? at + 1 : -1;
    if (this.awaited === 'key' || this.awaited === 'key-or-end') {
      this.awaited = 'colon';
      return endOf(STRING, source, at);
    }
    if (this.awaited !== 'value' && this.awaited !== 'value-or-end') return -1;
    if (char === '{' || char === '[') {
      this.open.push(char);
      this.awaited = char === '{' ? 'key-or-end' : 'value-or-end';
      return at + 1;
    }
    this.settle();
    return endOf(char === '"' ? STRING : PLAIN, source, at);
  }

  get isDone(): boolean {
    return this.awaited === 'nothing';
  }

  private settle(): void {
    this.awaited = this.open.length === 0 ? 'nothing' : 'comma-or-end';
  }

  private close(char: '}' | ']'): boolean {
    const mayEnd = this.awaited.endsWith('-or-end');
    if (!mayEnd || this.open.pop() !== (char === '}' ? '{' : '[')) return false;
    this.settle();
    return true;
  }

  private separate(char: ',' | ':'): boolean {
    if (char === ':') {
      if (this.awaited !== 'colon') return false;
      this.awaited = 'value';
      return true;
    }
    if (this.awaited !== 'comma-or-end') return false;
    this.awaited = this.open.at(-1) === '{' ? 'key' : 'value';
    return true;
  }
}

/**
 * The position of the first character at which a text stops being JSON, or -1 if it is JSON. Browsers know it too, but
 * some of their messages do not tell.
 */
export function faultOf(source: string): number {
  const walker = new Walker();
  let at = endOf(BLANK, source, 0);
  while (at < source.length) {
    const next = walker.step(source, at);
    if (next === -1) return at;
    at = endOf(BLANK, source, next);
  }
  return walker.isDone ? -1 : source.length;
}
