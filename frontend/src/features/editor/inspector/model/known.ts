import { entriesOf, glimpseOf, kindOf } from '@/engine/json';
import { isObject } from './fields';
import type { Path } from './paths';

/** What is known of a value before an execution: from the last one, from what its node type promises, or by its parts. */
export interface Known {
  /** From past data; undefined where there is none. */
  value?: unknown;
  /** The JSON Schema that the node type gives. */
  schema?: Readonly<Record<string, unknown>> | undefined;
  /** Parts that are known by name, such as the roots themselves. */
  parts?: ReadonlyMap<string, Known>;
  /** What it is, in words. */
  title?: string;
}

function schemaOf(known: Known, part: string | number): Known['schema'] {
  const { schema } = known;
  if (schema === undefined) return undefined;
  const inner: unknown =
    typeof part === 'number'
      ? schema.items
      : isObject(schema.properties)
        ? schema.properties[part]
        : undefined;
  return isObject(inner) ? inner : undefined;
}

function valueOf(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return (value as unknown[])[Number(part)];
  return isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/** What is known of one part of a value; null where nothing is. */
function partOf(known: Known, part: string | number): Known | null {
  const named = known.parts?.get(String(part));
  if (named !== undefined) return named;
  const value = valueOf(known.value, part);
  const schema = schemaOf(known, part);
  if (value === undefined && schema === undefined) return null;
  return { value, schema };
}

export function knownAt(roots: Known, path: Path): Known | null {
  return path.reduce<Known | null>(
    (known, part) => (known === null ? null : partOf(known, part)),
    roots,
  );
}

const LISTED = 200;
const SHOWN_ITEMS = 50;

/** The parts of a value by name or index: those that past data has, then those that only the node type promises. */
export function partsOf(known: Known): { part: string | number; known: Known }[] {
  const named = [...(known.parts ?? [])].map(([part, inner]) => ({ part, known: inner }));
  const isList = Array.isArray(known.value);
  const held = entriesOf(known.value)
    .slice(0, isList ? SHOWN_ITEMS : LISTED)
    .map(([part]) => (isList ? Number(part) : part));
  const promised = isObject(known.schema?.properties) ? Object.keys(known.schema.properties) : [];
  const parts = [...new Set<string | number>([...held, ...promised])].filter(
    (part) => known.parts?.has(String(part)) !== true,
  );
  return [
    ...named,
    ...parts.flatMap((part) => {
      const inner = partOf(known, part);
      return inner === null ? [] : [{ part, known: inner }];
    }),
  ];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'object',
  null: 'null',
};

/** The kind of a value in the words of the functions' signatures; "" where nobody knows it. */
export function kindName({ value, schema, parts }: Known): string {
  if (value !== undefined) return KINDS[kindOf(value)] ?? '';
  if (parts !== undefined) return 'object';
  const type = schema?.type;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  const named = types.map((one) => KINDS[String(one)]).filter((one) => one !== undefined);
  return [...new Set(named)].filter((one) => one !== 'null' || named.length === 1).join(' | ');
}

const SHOWN = 60;

/** One line of what the last execution had there; "" where that is not known. */
export function sampleOf({ value }: Known): string {
  if (value === undefined) return '';
  const text =
    typeof value === 'object' && value !== null ? glimpseOf(value) : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
