import type { DocumentNode } from '@/engine/document';
import { typeTitle } from './families';

const LONGEST = 60;

const shown = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The second line of a card: what a reader wants to know of this node without opening it. */
export function subtitleOf(node: DocumentNode): string {
  const { config } = node;
  const url = shown(config.url);
  const line =
    url === ''
      ? shown(config.condition) ||
        shown(config.expression) ||
        shown(config.path) ||
        shown(config.cron)
      : `${shown(config.method) || 'GET'} ${url.replace(/^https?:\/\//, '')}`;
  return line === '' ? typeTitle(node.type) : line.slice(0, LONGEST);
}
