import { tell } from '@/lib/toast';

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
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${words || 'workflow'}${version === null ? '' : `-v${version}`}.json`;
}

/** Lets the browser keep a text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** Copies a text, and says so. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell.done(done);
  } catch (reason) {
    tell.failed(reason instanceof Error ? reason : new Error(String(reason)));
  }
}
