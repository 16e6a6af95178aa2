import { isJsonObject, type Json } from './operations';

/**
 * `steps.<id>` and `steps["<id>"]`, in a script with `ctx.` before it; not where `steps` is a member of something else.
 */
const REFERENCE =
  /(?<![\w.$-])(ctx\.)?steps(?:(\??\.)([A-Za-z0-9_-]+)|(?:\?\.)?\[(["'])([A-Za-z0-9_-]+)\4\])/g;

/**
 * The node that a name begins with: the whole of it, else what stands before a hyphen, because behind a shorter id a
 * hyphen subtracts.
 */
function idIn(name: string, known: ReadonlySet<string>): string | null {
  for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
    const id = name.slice(0, end);
    if (known.has(id)) return id;
  }
  return null;
}

/** In a script a hyphen always subtracts. */
const wordIn = (name: string): string => /^\w*/.exec(name)?.[0] ?? '';

interface Read {
  readonly whole: string;
  readonly script: string;
  /** What stands between `steps` and a name without quotes. */
  readonly dot: string | undefined;
  readonly id: string | null;
  /** What follows the id: something that is subtracted. */
  readonly rest: string;
}

type Written = (read: Read) => string;

const bracketed = ({ script, dot = '' }: Read, id: string): string =>
  `${script}steps${dot.startsWith('?') ? '?.' : ''}["${id}"]`;

/** The value with each reference in its texts written as `write` says. */
function rewritten(value: Json, known: ReadonlySet<string>, write: Written): Json {
  if (typeof value === 'string')
    return value.replace(
      REFERENCE,
      (whole: string, ctx?: string, dot?: string, dotted?: string, _?: string, quoted?: string) => {
        const script = ctx ?? '';
        const name = dotted ?? String(quoted);
        if (dotted === undefined) return write({ whole, script, dot, id: name, rest: '' });
        const id = script === '' ? idIn(name, known) : wordIn(name);
        return write({ whole, script, dot, id, rest: name.slice(id?.length ?? 0) });
      },
    );
  if (Array.isArray(value))
    return (value as readonly Json[]).map((one) => rewritten(one, known, write));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, rewritten(one, known, write)]),
  );
}

/** Texts in which each reference to a node that has another id now has that one. */
export function withReferences<Value extends Json>(
  value: Value,
  renamed: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Value {
  const followed: Written = (read) => {
    const next = read.id === null ? undefined : renamed.get(read.id);
    if (read.id === null || next === undefined) return read.whole;
    if (read.dot === undefined) return read.whole.replace(/(["'])[^"']*\1/, `$1${next}$1`);
    if (read.script === '') return `steps${read.dot}${next}${read.rest}`;
    return `${bracketed(read, next)}${read.rest}`;
  };
  return rewritten(value, known, followed) as Value;
}

/**
 * Texts that say the same where only `kept` of the nodes are known: there `steps.a-1` would take 1 from `a`, so that it
 * stays the node `a-1` it stands in brackets.
 */
export function unmistakable<Value extends Json>(
  value: Value,
  known: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): Value {
  const spelled: Written = (read) => {
    const { whole, script, dot, id, rest } = read;
    if (id === null || dot === undefined || script !== '' || idIn(id, kept) === id) return whole;
    return idIn(id, kept) === null ? whole : `${bracketed(read, id)}${rest}`;
  };
  return rewritten(value, known, spelled) as Value;
}
