/** One field of what an entry is about, as it was and as it became; undefined: it was not there. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

type Fields = Map<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(value: unknown, path = '', found: Fields = new Map()): Fields {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value))
      fieldsOf(inner, path === '' ? name : `${path}.${name}`, found);
  } else if (path !== '' || (value !== null && value !== undefined)) {
    found.set(path, value);
  }
  return found;
}

/** The fields that an entry changed, in their order; lists are compared whole. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const was = fieldsOf(before);
  const is = fieldsOf(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field), after: is.get(field) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

/** A value as it stands in a cell: text as it is, everything else as JSON. */
export const shownAs = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** "workflow.published" for people: "Workflow published"; what is written in capitals stays so: "API key revoked". */
export function wordsOf(action: string): string {
  const words = action
    .replaceAll(/[._]/g, ' ')
    .replace(/^(api|sso)\b/, (letters) => letters.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
