interface Exported {
  name: string;
  description: string;
  definition: unknown;
}

/** A workflow as a text that imports again, here and anywhere else. */
export const exported = ({ name, description, definition }: Exported): string =>
  `${JSON.stringify({ name, description, definition }, null, 2)}\n`;

/** "Deploy on push" → "deploy-on-push.json". */
export function fileName(name: string, version: number | null): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${words || 'workflow'}${version === null ? '' : `-v${version}`}.json`;
}
