import type { DocumentNode } from '@/engine/document';
import { typeTitle } from './families';

const LONGEST = 60;

const shown = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** What each kind of node shows: the first of these that says something. */
function candidates({ type, config }: DocumentNode): string[] {
  const url = shown(config.url).replace(/^https?:\/\//, '');
  const path = shown(config.path);
  return [
    url === '' ? '' : `${shown(config.method) || 'GET'} ${url}`,
    type === 'trigger:webhook' && path !== '' ? `/webhooks/${path}` : path,
    shown(config.condition),
    shown(config.expression),
    shown(config.cron),
  ];
}

/** The second line of a card: what a reader wants to know of this node without opening it. */
export function subtitleOf(node: DocumentNode): string {
  const line = candidates(node).find((one) => one !== '') ?? typeTitle(node.type);
  return line.slice(0, LONGEST);
}
