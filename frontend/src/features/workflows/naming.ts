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
