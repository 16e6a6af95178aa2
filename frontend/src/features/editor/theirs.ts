import i18next, { type TFunction } from 'i18next';
import type { Difference } from '@/engine/edits/diff';
import { nodeWith, type RawDocument } from '@/engine/edits/operations';
import { valueAt } from '@/engine/edits/pointers';
import type { Batch } from './remote';

const NAMED = 2;

export type Words = TFunction<'saving'>;

const list = (parts: readonly string[]): string =>
  new Intl.ListFormat(i18next.language).format(parts);

/** Who did it, such as "Ada and Grace"; the person's own other tab is called so. */
export function whoOf(batches: readonly Batch[], myId: string, t: Words): string {
  const names = batches.map(({ actor_id, actor_name }) => {
    if (actor_id === myId) return t('other_tab');
    return actor_name === '' ? t('somebody') : actor_name;
  });
  return list([...new Set(names)]);
}

function nameOf(document: RawDocument, id: string): string {
  const node = nodeWith(document, id);
  const name = node === undefined ? undefined : valueAt(node, ['data', 'name']);
  return typeof name === 'string' && name !== '' ? name : id;
}

/** What is different, in a few words: two nodes by name, more by number. */
export function whatOf(
  { nodes, edges, meta }: Difference,
  before: RawDocument,
  after: RawDocument,
  t: Words,
): string {
  const touched = [
    ...nodes.added.map((id) => nameOf(after, id)),
    ...nodes.changed.map(({ id }) => nameOf(after, id)),
    ...nodes.removed.map((id) => nameOf(before, id)),
  ];
  const count = edges.added.length + edges.removed.length + edges.changed.length;
  const parts = [
    ...(touched.length > NAMED ? [t('nodes', { count: touched.length })] : touched),
    ...(count > 0 ? [t('edges', { count })] : []),
    ...(meta.length > 0 ? [t('settings')] : []),
  ];
  return parts.length === 0 ? t('name') : list(parts);
}
