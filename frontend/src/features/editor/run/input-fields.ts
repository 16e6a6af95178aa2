import { kindOf } from '@/engine/json';

type Loose = Readonly<Record<string, unknown>>;

type FieldKind = 'text' | 'long' | 'number' | 'truth' | 'choice' | 'json';

/** One field of the form that a trigger asks to be filled. */
export interface InputField {
  name: string;
  title: string;
  help: string;
  kind: FieldKind;
  isRequired: boolean;
  /** Of a choice: what can be chosen, as JSON. */
  options: readonly string[];
  /** What the browser helps with: "email", "date", "url". */
  inputType: string;
}

const isObject = (value: unknown): value is Loose => kindOf(value) === 'object';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const INPUT_TYPES: Readonly<Record<string, string>> = {
  email: 'email',
  date: 'date',
  uri: 'url',
  time: 'time',
};

const KINDS: Readonly<Record<string, FieldKind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'truth',
};

function kindOfField(schema: Loose): FieldKind {
  if (Array.isArray(schema.enum)) return 'choice';
  const kind = KINDS[text(schema.type)] ?? 'json';
  return kind === 'text' && Number(schema.maxLength ?? 0) > 200 ? 'long' : kind;
}

/** The fields of a JSON Schema of an object; null for any other schema, which only JSON can fill. */
export function fieldsOf(schema: unknown): InputField[] | null {
  if (!isObject(schema) || !isObject(schema.properties)) return null;
  const required = new Set(Array.isArray(schema.required) ? (schema.required as unknown[]) : []);
  return Object.entries(schema.properties).map(([name, property]) => {
    const own = isObject(property) ? property : {};
    return {
      name,
      title: text(own.title) || name,
      help: text(own.description),
      kind: kindOfField(own),
      isRequired: required.has(name),
      options: Array.isArray(own.enum) ? own.enum.map((one) => JSON.stringify(one)) : [],
      inputType: INPUT_TYPES[text(own.format)] ?? 'text',
    };
  });
}

/** What a schema begins with: its fields' defaults. */
export function defaultsOf(schema: unknown): Loose {
  if (!isObject(schema) || !isObject(schema.properties)) return {};
  const given = Object.entries(schema.properties).flatMap(([name, own]): [string, unknown][] =>
    isObject(own) && own.default !== undefined ? [[name, own.default]] : [],
  );
  return Object.fromEntries(given);
}

/** The schema that a trigger's form is drawn from, whether it stands there as JSON or as its text. */
export function schemaOf(config: Loose): unknown {
  const schema = config.input_schema;
  if (typeof schema !== 'string') return schema;
  try {
    return JSON.parse(schema) as unknown;
  } catch {
    return undefined;
  }
}
