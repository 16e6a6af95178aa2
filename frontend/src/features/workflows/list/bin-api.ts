import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { body, cursorOf, http } from '@/lib/http';
import { tell } from '@/lib/toast';
import { PAGE, workflowKeys } from '../api';
import type { WorkflowSummary } from '../types';
import type { Outcome } from './bulk';

const KEY = [...workflowKeys.all, 'bin'] as const;
/** After so many days the server empties it. */
export const BIN_DAYS = 30;
const DAY_MS = 86_400_000;
/** Each is a request of its own: so many are under way at once. */
const AT_ONCE = 5;

/** The whole days for which a workflow still lies there. */
export const daysLeft = (deletedAt: string | null, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(deletedAt ?? '') + BIN_DAYS * DAY_MS - now) / DAY_MS) || 0);

/** What lies in the bin and is called so, page by page. */
export function useBin(query: string) {
  return useInfiniteQuery({
    queryKey: [...KEY, query],
    queryFn: ({ pageParam, signal }) => {
      const name = query === '' ? {} : { q: query };
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const asked = { bin: true, limit: PAGE, ...name, ...cursor };
      return body(http.GET('/api/v1/workflows', { params: { query: asked }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

export type BinAct = 'restore' | 'purge';

function send(id: string, act: BinAct) {
  const params = { path: { workflow_id: id } };
  return act === 'restore'
    ? http.POST('/api/v1/workflows/{workflow_id}/restore', { params })
    : http.DELETE('/api/v1/workflows/{workflow_id}/purge', { params });
}

/** Takes workflows out of the bin, back or for ever, and says of each that was refused why. */
export function useBinActs() {
  const { t } = useTranslation('workflows');
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const run = async (rows: readonly WorkflowSummary[], act: BinAct): Promise<void> => {
    if (isBusy || rows.length === 0) return;
    setBusy(true);
    const refused: Outcome['refused'][number][] = [];
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      await Promise.all(
        rows.slice(start, start + AT_ONCE).map(({ id, name }) =>
          send(id, act).catch((reason: unknown) => {
            refused.push({ id, name, message: (reason as Error).message });
          }),
        ),
      );
    }
    await client.invalidateQueries({ queryKey: workflowKeys.all });
    setBusy(false);
    const done = rows.length - refused.length;
    if (refused.length > 0) setOutcome({ done, refused });
    else tell.done(t(`bin.${act}_done`, { count: done }));
  };
  return { run, isBusy, outcome, close: () => setOutcome(null) };
}
