import { isJsonObject, type Json } from './operations';

/** `steps.<id>` and `steps["<id>"]`; not where `steps` is a member of something else. */
const REFERENCE = /(?<![\w.$-])steps(?:\.([A-Za-z0-9_-]+)|\[(["'])([A-Za-z0-9_-]+)\2\])/g;

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

/** Texts in which each reference to a node that has another id now has that one. */
export function withReferences<Value extends Json>(
  value: Value,
  renamed: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Value {
  return followed(value, renamed, known) as Value;
}

function followed(
  value: Json,
  renamed: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Json {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (whole, dotted: string | undefined, quote: string, inner) => {
      const name = dotted ?? String(inner);
      const id = dotted === undefined ? name : idIn(name, known);
      const next = id === null ? undefined : renamed.get(id);
      if (id === null || next === undefined) return whole;
      if (dotted === undefined) return `steps[${quote}${next}${quote}]`;
      return `steps.${next}${name.slice(id.length)}`;
    });
  }
  if (Array.isArray(value))
    return (value as readonly Json[]).map((one) => followed(one, renamed, known));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, followed(one, renamed, known)]),
  );
}
