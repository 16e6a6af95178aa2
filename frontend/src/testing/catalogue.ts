import type { SchemaNodeTypeOut } from '@/generated/api';
import snapshot from '../../../tests/contracts/catalogue.json' with { type: 'json' };

/** The server's own catalogue of node types; a contract test there keeps the file fresh. */
export const CATALOGUE = snapshot as unknown as SchemaNodeTypeOut[];
