import { entriesOf } from './json';

/** A reference to a file of an execution, as it stands in its data. */
export interface FileReference {
  id: string;
  name: string;
  size: number | null;
}

const MOST_LISTED = 50;
const MOST_VALUES = 5_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function referenceOf(value: unknown): FileReference | null {
  if (typeof value !== 'object' || value === null || !('$blob' in value)) return null;
  const { $blob: id, filename, size_bytes: size } = value as Record<string, unknown>;
  if (typeof id !== 'string' || !UUID.test(id)) return null;
  return {
    id,
    name: typeof filename === 'string' && filename !== '' ? filename : id,
    size: typeof size === 'number' ? size : null,
  };
}

/** The files that a value refers to, each once; of very large values only what stands in the beginning. */
export function filesIn(value: unknown): FileReference[] {
  const found = new Map<string, FileReference>();
  const todo: unknown[] = [value];
  for (let seen = 0; seen < todo.length && seen < MOST_VALUES; seen += 1) {
    const item = todo[seen];
    const reference = referenceOf(item);
    if (reference !== null) found.set(reference.id, reference);
    if (found.size === MOST_LISTED) break;
    for (const [, inner] of entriesOf(item)) todo.push(inner);
  }
  return [...found.values()];
}
