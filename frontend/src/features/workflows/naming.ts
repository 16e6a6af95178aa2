import type { SchemaNodeTypeOut } from '@/generated/api';

/** A field of a node that names something else of the tenant. */
export interface NamingField {
  name: string;
  title: string;
  help: string;
  isRequired: boolean;
  names: 'credential' | 'workflow';
  /** The types of credentials that it takes; none: all. */
  types: readonly string[];
}

/** The catalogue calls the field of a workflow a text; by type and name it is known as what it is. */
const WORKFLOW_FIELDS = new Set(['control:sub_workflow workflow_id']);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The fields of a type that name a credential or a workflow, in its order. */
export function namingFieldsOf(type: SchemaNodeTypeOut): NamingField[] {
  return type.fields.flatMap((field) => {
    const name = textOf(field.name);
    const isWorkflow = WORKFLOW_FIELDS.has(`${type.type} ${name}`);
    if (field.kind !== 'credential' && !isWorkflow) return [];
    return [
      {
        name,
        title: textOf(field.title),
        help: textOf(field.help),
        isRequired: field.required === true,
        names: isWorkflow ? ('workflow' as const) : ('credential' as const),
        types: Array.isArray(field.options) ? field.options.map(String) : [],
      },
    ];
  });
}
