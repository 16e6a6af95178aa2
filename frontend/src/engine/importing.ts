import { readDocument } from './document';
import { entriesOf, kindOf } from './json';

export interface Imported {
  name: string;
  description: string;
  definition: Readonly<Record<string, unknown>>;
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose => kindOf(value) === 'object';
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a text is, by how it begins: a command, JSON, or else YAML. */
export function formatOf(text: string): 'empty' | 'curl' | 'json' | 'yaml' {
  const start = text.trimStart();
  if (start === '') return 'empty';
  if (/^(\$\s*)?curl(\.exe)?\s/i.test(start)) return 'curl';
  return start.startsWith('{') || start.startsWith('[') ? 'json' : 'yaml';
}

/**
 * The workflow in a value that was read: a bare document, or one in `{name, description, definition}`, as Gorax and this
 * product write it. Null: there is none in it.
 */
export function workflowIn(value: unknown): Imported | null {
  if (!isObject(value)) return null;
  const definition = isObject(value.definition) ? value.definition : value;
  if (!Array.isArray(definition.nodes)) return null;
  const own = definition === value;
  const rest = Object.entries(definition).filter(([key]) => !['name', 'description'].includes(key));
  return {
    name: textOf(value.name),
    description: textOf(value.description),
    definition: own ? Object.fromEntries(rest) : definition,
  };
}

/** A field as the catalogue describes it. */
interface Field {
  name: string;
  kind: string;
  options: readonly string[];
  fields: readonly Field[];
}

function fieldOf(value: unknown): Field[] {
  if (!isObject(value)) return [];
  const { name, kind, options, fields } = value;
  return [
    {
      name: textOf(name),
      kind: textOf(kind),
      options: Array.isArray(options) ? options.map(textOf) : [],
      fields: Array.isArray(fields) ? fields.flatMap(fieldOf) : [],
    },
  ];
}

export interface CredentialNeed {
  name: string;
  /** The types that the field takes; of any, where there are none. */
  types: readonly string[];
  nodeNames: string[];
}

/** What a document relies on that it does not bring along. */
export interface Needs {
  credentials: CredentialNeed[];
  /** Types of nodes that nobody here knows. */
  types: { type: string; nodeNames: string[] }[];
}

function namedIn(config: unknown, fields: readonly Field[]): { name: string; field: Field }[] {
  if (Array.isArray(config)) return config.flatMap((item) => namedIn(item, fields));
  return entriesOf(config).flatMap(([key, value]) => {
    const field = fields.find(({ name }) => name === key);
    if (field === undefined) return [];
    if (field.kind !== 'credential') return namedIn(value, field.fields);
    return typeof value === 'string' && value !== '' ? [{ name: value, field }] : [];
  });
}

/** Lists the credentials that the nodes name and the types that the catalogue lacks. */
export function needsOf(
  definition: unknown,
  catalogue: readonly { type: string; fields: readonly unknown[] }[],
): Needs {
  const known = new Map(catalogue.map(({ type, fields }) => [type, fields.flatMap(fieldOf)]));
  const credentials = new Map<string, CredentialNeed>();
  const types = new Map<string, string[]>();
  for (const { type, name: nodeName, config } of readDocument(definition).nodes) {
    const fields = known.get(type);
    if (fields === undefined) types.set(type, [...(types.get(type) ?? []), nodeName]);
    for (const { name, field } of namedIn(config, fields ?? [])) {
      const need = credentials.get(name) ?? { name, types: field.options, nodeNames: [] };
      if (!need.nodeNames.includes(nodeName)) need.nodeNames.push(nodeName);
      credentials.set(name, need);
    }
  }
  return {
    credentials: [...credentials.values()],
    types: [...types].map(([type, nodeNames]) => ({ type, nodeNames })),
  };
}

/** A call that was read from a command, as a workflow that people can run. */
export function workflowOfCall(config: Readonly<Record<string, unknown>>): Imported {
  const { name, node } = nodeOfCall(config);
  const start = {
    id: 'start',
    type: 'trigger:manual',
    position: { x: 0, y: 0 },
    data: { name: 'Start', config: {} },
  };
  const call = { ...node, position: { x: 272, y: 0 } };
  const edge = { id: 'edge-0', source: start.id, target: call.id };
  return { name, description: '', definition: { nodes: [start, call], edges: [edge] } };
}

/** A call that was read from a command, as one node; it is called by what it does and whom it calls. */
export function nodeOfCall(config: Readonly<Record<string, unknown>>) {
  const method = textOf(config.method) || 'GET';
  const host = /^[a-z]+:\/\/([^/?#:{]+)/i.exec(textOf(config.url))?.[1] ?? '';
  const name = `${method} ${host}`.trim();
  return {
    name,
    node: { id: 'call', type: 'action:http', position: { x: 0, y: 0 }, data: { name, config } },
  };
}
