import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { workflowKeys } from '../api';
import type { WorkflowSummary } from '../types';
import { LISTS, type readPage, send, type Wish } from './api';
import { type Filters, fits } from './filters';
import { granted, type Order, undoing } from './wishes';

type Pages = InfiniteData<Awaited<ReturnType<typeof readPage>>, string | null>;

/** The API takes so many at a time. */
const AT_ONCE = 100;

/** What people wish for; coming back out of the bin is only ever taking something back. */
type Asked = Exclude<Wish, { what: 'restore' }>;

interface Refused {
  id: string;
  name: string;
  message: string;
}

/** What has become of a wish that was not granted for all. */
export interface Outcome {
  done: number;
  refused: readonly Refused[];
}

interface Progress {
  done: number;
  of: number;
}

/**
 * Does something to many workflows. Every list shows it at once; what was refused stays as it was and is told by name,
 * and what was done can be taken back for a while.
 */
export function useBulk() {
  const { t } = useTranslation('workflows');
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const back = useRef<Order[]>([]);
  // Not the state: an Undo that was offered a while ago knows only the progress that there was then.
  const isBusy = useRef(false);

  const foresee = (ids: ReadonlySet<string>, wish: Wish): void => {
    for (const [key, data] of client.getQueriesData<Pages>({ queryKey: LISTS })) {
      if (data === undefined) continue;
      const filters = key[2] as Filters;
      const results = (rows: WorkflowSummary[]): WorkflowSummary[] =>
        rows.flatMap((row) => {
          if (!ids.has(row.id)) return [row];
          const next = granted(row, wish);
          return next !== null && fits(next, filters) ? [next] : [];
        });
      const pages = data.pages.map((page) => ({ ...page, results: results(page.results) }));
      client.setQueryData<Pages>(key, { ...data, pages });
    }
  };

  /** Sends an order in parts; where one does not arrive, what it was for counts as refused. */
  const give = async ({ wish, ids }: Order, step: (count: number) => void) => {
    const refused = new Map<string, string>();
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const part = ids.slice(start, start + AT_ONCE);
      try {
        for (const { id, code, message } of await send(part, wish))
          if (code !== '') refused.set(id, message);
      } catch (reason) {
        for (const id of part) refused.set(id, (reason as Error).message);
      }
      step(part.length);
    }
    return refused;
  };

  const all = async (orders: readonly Order[]) => {
    const of = orders.reduce((sum, { ids }) => sum + ids.length, 0);
    let done = 0;
    const step = (count: number): void => {
      done += count;
      setProgress({ done, of });
    };
    isBusy.current = true;
    setProgress({ done, of });
    // What is read meanwhile is older than what is shown.
    await client.cancelQueries({ queryKey: LISTS });
    const refused = new Map<string, string>();
    for (const order of orders) {
      foresee(new Set(order.ids), order.wish);
      for (const [id, message] of await give(order, step)) refused.set(id, message);
    }
    isBusy.current = false;
    setProgress(null);
    await client.invalidateQueries({ queryKey: workflowKeys.all });
    return refused;
  };

  const undo = (): void => {
    if (isBusy.current) return;
    const orders = back.current;
    back.current = [];
    if (orders.length === 0) return;
    void all(orders).then((refused) => {
      if (refused.size === 0) tell.done(t('bulk.undone'));
      else tell.failed(new Error([...refused.values()][0]));
    });
  };

  const run = async (rows: readonly WorkflowSummary[], wish: Asked): Promise<void> => {
    if (rows.length === 0 || isBusy.current) return;
    const refused = await all([{ wish, ids: rows.map(({ id }) => id) }]);
    const done = rows.filter(({ id }) => !refused.has(id));
    back.current = undoing(done, wish);
    const said = t(`bulk.${wish.what}_done`, { count: done.length });
    if (back.current.length > 0) tell.offer(said, { label: t('bulk.undo'), onClick: undo });
    else if (refused.size === 0) tell.done(said);
    if (refused.size > 0) {
      const told = rows.flatMap(({ id, name }) => {
        const message = refused.get(id);
        return message === undefined ? [] : [{ id, name, message }];
      });
      setOutcome({ done: done.length, refused: told });
    }
  };

  return { run, undo, progress, outcome, close: () => setOutcome(null) };
}

export type Bulk = ReturnType<typeof useBulk>;
