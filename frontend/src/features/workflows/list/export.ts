import type { TFunction } from 'i18next';
import type { SchemaExportedOut } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import { save } from '@/lib/save';
import { tell } from '@/lib/toast';
import { PAGE } from '../api';
import { type Folder, liesIn } from './tree';

/** The API takes so many at a time. */
const AT_ONCE = 100;

interface Taken {
  workflows: SchemaExportedOut[];
  /** How many are missing, and what the first of them was told. */
  missing: number;
  reason: string;
}

/** The drafts of many workflows. What did not fit into one answer is asked for with the next. */
async function taken(ids: readonly string[]): Promise<Taken> {
  const found: Taken = { workflows: [], missing: 0, reason: '' };
  let left = [...ids];
  while (left.length > 0) {
    const asked = left.slice(0, AT_ONCE);
    const { workflows, results } = await body(
      http.POST('/api/v1/workflows/export', { body: { ids: asked } }),
    );
    found.workflows.push(...workflows);
    const again = workflows.length === 0 ? [] : results.filter(({ code }) => code === 'too_large');
    const lost = results.filter((one) => !again.includes(one));
    found.missing += lost.length;
    found.reason ||= lost[0]?.message ?? '';
    left = [...again.map(({ id }) => id), ...left.slice(AT_ONCE)];
  }
  return found;
}

/** What lies in a folder and in those inside of it. */
async function idsIn(folders: readonly Folder[], id: string): Promise<string[]> {
  const ids: string[] = [];
  for (const folder of folders.filter((one) => liesIn(folders, one.id, id))) {
    let cursor: string | null = null;
    do {
      const query = { limit: PAGE, folder: folder.id, ...(cursor === null ? {} : { cursor }) };
      const page = await body(http.GET('/api/v1/workflows', { params: { query } }));
      ids.push(...page.results.map((row) => row.id));
      cursor = cursorOf(page.next);
    } while (cursor !== null);
  }
  return ids;
}

/** One workflow as the editor writes it, so that it is imported by itself; many in one list. */
function written(workflows: readonly SchemaExportedOut[]): string {
  const plain = workflows.map(({ name, description, tags, definition }) => ({
    name,
    description,
    tags,
    definition,
  }));
  const [first] = plain;
  return JSON.stringify(plain.length === 1 ? first : { workflows: plain }, null, 2);
}

type Words = TFunction<'workflows'>;

/** Hands drafts to the browser as one file, and says what is missing from it. */
async function write(ids: readonly string[], t: Words): Promise<void> {
  const { workflows, missing, reason } = await taken(ids);
  if (workflows.length > 0) {
    save(`workflows-${new Date().toISOString().slice(0, 10)}.json`, written(workflows));
    tell.done(t('export.done', { count: workflows.length }));
  }
  if (missing > 0) tell.failed(new Error(t('export.missing', { count: missing, reason })));
  else if (workflows.length === 0) tell.note('export', t('export.empty'));
}

export const exportRows = (ids: readonly string[], t: Words) => write(ids, t);

export const exportFolder = async (folders: readonly Folder[], id: string, t: Words) =>
  write(await idsIn(folders, id), t);
