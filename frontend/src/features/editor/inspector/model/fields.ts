import { entriesOf, kindOf } from '@/engine/json';

const KINDS = [
  'text',
  'template',
  'code',
  'expression',
  'json',
  'select',
  'number',
  'boolean',
  'list',
  'key_value',
  'formulas',
  'credential',
] as const;

type Kind = (typeof KINDS)[number];

/** One field of a node's config, as the catalogue describes it. */
export interface FieldSpec {
  name: string;
  kind: Kind;
  title: string;
  help: string;
  placeholder: string;
  isRequired: boolean;
  default: unknown;
  /** Those of a select, of each item of a list, or the types of a credential. */
  options: readonly string[];
  minimum: number | null;
  maximum: number | null;
  longest: number | null;
  isWhole: boolean;
  /** Whether a credential may stand in it. */
  takesSecrets: boolean;
  dependsOn: { field: string; values: readonly unknown[] } | null;
  /** Of each item of a list of objects. */
  fields: readonly FieldSpec[];
  /** Where choices can be asked for: the fields whose values go along, beside the credential; null where nobody knows any. */
  choices: { needs: readonly string[] } | null;
  /** What the items of a list are: any value, and so texts with expressions, or plain texts or numbers alone. */
  items: 'any' | 'text' | 'number';
}

type Loose = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Loose => kindOf(value) === 'object';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** A kind that this release does not know is edited as JSON: nothing of it is lost. */
const kindFrom = (value: unknown): Kind => KINDS.find((kind) => kind === value) ?? 'json';

function dependsOnFrom(value: unknown): FieldSpec['dependsOn'] {
  return isObject(value) ? { field: text(value.field), values: list(value.values) } : null;
}

/** Reads the `fields` of a node type. */
export function readFields(described: unknown): FieldSpec[] {
  return list(described)
    .filter(isObject)
    .map((field) => ({
      name: text(field.name),
      kind: kindFrom(field.kind),
      title: text(field.title) || text(field.name),
      help: text(field.help),
      placeholder: text(field.placeholder),
      isRequired: field.required === true,
      default: field.default ?? null,
      options: list(field.options).map(String),
      minimum: number(field.minimum),
      maximum: number(field.maximum),
      longest: number(field.max_length),
      isWhole: field.whole === true,
      takesSecrets: field.secret_ok === true,
      dependsOn: dependsOnFrom(field.depends_on),
      choices: isObject(field.choices) ? { needs: list(field.choices.needs).map(String) } : null,
      fields: readFields(field.fields),
      items: 'any' as const,
    }));
}

/** Whether a form would show the value as empty. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '';

/** A few fields, and what is set of them. */
export interface Level {
  config: Loose;
  fields: readonly FieldSpec[];
}

/** Whether a field counts, given the values beside it or, inside of a list, those around the list. */
export function isShown(spec: FieldSpec, beside: Level, around: Level = beside): boolean {
  if (spec.dependsOn === null) return true;
  const { field, values } = spec.dependsOn;
  const isNamed = ({ name }: FieldSpec): boolean => name === field;
  const { config, fields } = beside.fields.some(isNamed) ? beside : around;
  const value = field in config ? config[field] : fields.find(isNamed)?.default;
  return values.includes(value);
}

/** Whether a text has a `{{ … }}` or `${…}` inside, so that its value is known only when the node runs. */
export const isTemplated = (value: unknown): value is string =>
  typeof value === 'string' && (value.includes('{{') || value.includes('${'));

/** The kinds whose literal may give way to a template; the others are texts or expressions already. */
const SWITCHING: ReadonlySet<Kind> = new Set(['select', 'number', 'boolean', 'list', 'key_value']);

export const canSwitch = (spec: FieldSpec): boolean => SWITCHING.has(spec.kind);

/** Whether the value has the kind that the field's own control can show. */
export function fits(spec: FieldSpec, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  switch (spec.kind) {
    case 'number':
      return typeof value === 'number' || value === '';
    case 'boolean':
      return typeof value === 'boolean' || value === '';
    case 'list':
      return Array.isArray(value) || value === '';
    case 'key_value':
    case 'formulas':
      return isObject(value) || value === '';
    case 'json':
      return true;
    case 'text':
    case 'template':
    case 'code':
    case 'expression':
    case 'select':
    case 'credential':
      return typeof value === 'string';
  }
}

/** What every node may say about failing; older documents have it inside of the config. */
const COMMON = ['on_error', 'retry', 'on_unknown'];

/** The names in a config that no field of the type asks for. */
export function extraKeys(config: Loose, fields: readonly FieldSpec[]): string[] {
  const known = new Set([...fields.map(({ name }) => name), ...COMMON]);
  return entriesOf(config).flatMap(([name]) => (known.has(name) ? [] : [name]));
}

const SHORT_FORM = 10;
const FIRST = 8;

/**
 * The fields of a long form that may wait behind “more”: neither required nor set, asked for by none that is set, and not
 * among the first few. A short form has none.
 */
export function waiting(fields: readonly FieldSpec[], config: Loose): ReadonlySet<string> {
  const shown = fields.filter((field) => isShown(field, { config, fields }));
  if (shown.length <= SHORT_FORM) return new Set();
  const isAsked = ({ dependsOn }: FieldSpec): boolean =>
    dependsOn !== null && !isAbsent(config[dependsOn.field]);
  return new Set(
    shown
      .slice(FIRST)
      .filter((field) => !field.isRequired && isAbsent(config[field.name]) && !isAsked(field))
      .map(({ name }) => name),
  );
}

/** A name in a config that no field asks for, as a field of any JSON. */
export const anySpec = (name: string): FieldSpec => ({
  name,
  kind: 'json',
  title: name,
  help: '',
  placeholder: '',
  isRequired: false,
  default: null,
  options: [],
  minimum: null,
  maximum: null,
  longest: null,
  isWhole: false,
  takesSecrets: false,
  dependsOn: null,
  choices: null,
  fields: [],
  items: 'any',
});
