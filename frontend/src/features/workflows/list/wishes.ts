import type { WorkflowSummary } from '../types';
import type { Wish } from './api';

/** A workflow as it is once a wish has been granted; null: it is gone from every list. */
export function granted(workflow: WorkflowSummary, wish: Wish): WorkflowSummary | null {
  switch (wish.what) {
    case 'delete':
      return null;
    case 'move':
      return { ...workflow, folder_id: wish.folder };
    case 'tag': {
      const kept = workflow.tags.filter((tag) => !wish.remove.includes(tag));
      return { ...workflow, tags: [...new Set([...kept, ...wish.add])].toSorted() };
    }
    case 'activate':
      // One that was never published is refused.
      return workflow.live_version === null ? workflow : { ...workflow, is_active: true };
    case 'deactivate':
      return { ...workflow, is_active: false };
    case 'restore':
      return workflow;
  }
}

/** One wish and for which workflows it is. */
export interface Order {
  wish: Wish;
  ids: string[];
}

function grouped<T>(rows: readonly WorkflowSummary[], keyOf: (row: WorkflowSummary) => T) {
  const groups = new Map<string, { key: T; ids: string[] }>();
  for (const row of rows) {
    const key = keyOf(row);
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { key, ids: [] };
    group.ids.push(row.id);
    groups.set(name, group);
  }
  return [...groups.values()];
}

const idsOf = (rows: readonly WorkflowSummary[]): string[] => rows.map(({ id }) => id);

/** What takes a wish back for workflows as they were before it; nothing for those that it left as they were. */
export function undoing(before: readonly WorkflowSummary[], wish: Wish): Order[] {
  const live = idsOf(before.filter(({ is_active }) => is_active));
  const off = idsOf(before.filter(({ is_active }) => !is_active));
  const orders = ((): Order[] => {
    switch (wish.what) {
      case 'activate':
        return [{ wish: { what: 'deactivate' }, ids: off }];
      case 'deactivate':
        return [{ wish: { what: 'activate' }, ids: live }];
      case 'delete':
        // What comes back out of the bin is inactive.
        return [
          { wish: { what: 'restore' }, ids: idsOf(before) },
          { wish: { what: 'activate' }, ids: live },
        ];
      case 'move':
        return grouped(
          before.filter((row) => row.folder_id !== wish.folder),
          (row) => row.folder_id,
        ).map(({ key, ids }) => ({ wish: { what: 'move', folder: key }, ids }));
      case 'tag':
        return grouped(before, ({ tags }) => ({
          add: wish.remove.filter((tag) => tags.includes(tag) && !wish.add.includes(tag)),
          remove: wish.add.filter((tag) => !tags.includes(tag)),
        }))
          .filter(({ key }) => key.add.length + key.remove.length > 0)
          .map(({ key, ids }) => ({ wish: { what: 'tag', ...key }, ids }));
      case 'restore':
        return [];
    }
  })();
  return orders.filter(({ ids }) => ids.length > 0);
}
