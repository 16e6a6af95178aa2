import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useTrends } from '@/features/executions/facade';
import { useShortcut } from '@/lib/keys';
import { type Selection, useSelection } from '@/lib/selection';
import { useSettled } from '@/lib/settled';
import { tell } from '@/lib/toast';
import type { WorkflowSummary } from '../types';
import { useFolders, useList, useSaveFolder } from './api';
import { type Bulk, useBulk } from './bulk';
import type { Open } from './dialogs';
import type { Cargo } from './dragging';
import { fits, useFilters } from './filters';
import type { FolderAsk } from './folder-menu';
import type { RowAct, RowMay } from './workflow-row';

/** What the list shows: what has come, and of it what fits what is typed at this moment. */
function useShown() {
  const narrowing = useFilters();
  const { filters } = narrowing;
  const asked = useSettled(filters.query);
  const list = useList(useMemo(() => ({ ...filters, query: asked }), [filters, asked]));
  const pages = list.data?.pages;
  const rows = useMemo(
    () => pages?.flatMap(({ results }) => results).filter((row) => fits(row, filters)),
    [pages, filters],
  );
  const idPages = useMemo(
    () => pages?.map(({ results }) => results.map(({ id }) => id)) ?? [],
    [pages],
  );
  /** What is asked for has not come yet. */
  const isBehind = asked !== filters.query || list.isPlaceholderData;
  return { narrowing, list, rows, isBehind, trendOf: useTrends(idPages) };
}

interface Acting {
  bulk: Bulk;
  selection: Selection<WorkflowSummary>;
  /** The row that J and K have reached. */
  current: WorkflowSummary | undefined;
  may: RowMay;
  open: (dialog: Open) => void;
  exportRows: (ids: readonly string[]) => void;
}

/** What is done to rows: to the chosen ones, else to the one that has the focus. */
function useActing({ bulk, selection, current, may, open, exportRows }: Acting) {
  const act = (what: RowAct, rows: readonly WorkflowSummary[]): void => {
    const [first] = rows;
    if (first === undefined) return;
    if (what === 'export') {
      exportRows(rows.map(({ id }) => id));
      return;
    }
    const isAllowed = what === 'run' ? may.run : what === 'delete' ? may.delete : may.update;
    if (!isAllowed) return;
    if (what === 'run') open({ kind: 'run', workflow: first });
    else if (what === 'activate' || what === 'deactivate') void bulk.run(rows, { what });
    else if (what === 'delete' && !rows.some(({ is_active }) => is_active))
      // It can be taken back, and nothing stops by it.
      void bulk.run(rows, { what });
    else open({ kind: 'ask', asked: { what, rows } });
  };
  const meant = selection.chosen.length > 0 ? selection.chosen : current ? [current] : [];
  useShortcut('move_rows', () => act('move', meant), may.update);
  useShortcut('tag_rows', () => act('tag', meant), may.update);
  const remove = (): void => {
    // Whoever looks elsewhere by now does not mean the row that had the focus last.
    const isMeant = selection.chosen.length > 0 || document.activeElement?.closest('[data-row]');
    if (isMeant) act('delete', meant);
  };
  useShortcut('remove_rows', remove, may.delete);
  useShortcut('export_rows', () => act('export', meant));
  useShortcut('undo_rows', bulk.undo);
  return act;
}

type Exporting = typeof import('./export');

/** Exports one after the other; what does it is fetched when it is first wanted. */
function useExporting() {
  const { t } = useTranslation('workflows');
  const isBusy = useRef(false);
  return (write: (part: Exporting, words: typeof t) => Promise<void>): void => {
    if (isBusy.current) return;
    isBusy.current = true;
    void import('./export')
      .then((part) => write(part, t))
      .catch(tell.failed)
      .finally(() => {
        isBusy.current = false;
      });
  };
}

/** The rows with what can be done with them. */
export function useListPage() {
  const shown = useShown();
  const { rows } = shown;
  const folders = useFolders();
  const saveFolder = useSaveFolder();
  const bulk = useBulk();
  const [dialog, open] = useState<Open>(null);
  const [currentId, onCurrent] = useState<string | null>(null);
  const selection = useSelection(rows ?? [], rows !== undefined && !shown.isBehind);
  const may = {
    run: useMay('workflow.execute'),
    update: useMay('workflow.update'),
    delete: useMay('workflow.delete'),
    create: useMay('workflow.create'),
  };
  const current = rows?.find(({ id }) => id === currentId);
  const exporting = useExporting();
  const act = useActing({
    bulk,
    selection,
    current,
    may,
    open,
    exportRows: (ids) => exporting((part, t) => part.exportRows(ids, t)),
  });
  /** A folder's own dialogs, and what is done with it at once. */
  const askFolder = (ask: FolderAsk): void => {
    if (ask.what === 'export')
      exporting((part, t) => part.exportFolder(folders.data ?? [], ask.folder.id, t));
    else open({ kind: 'folder', ask });
  };
  const drop = (cargo: Cargo, folder: string | null): void => {
    if ('folder' in cargo) {
      if (cargo.folder === folder) return;
      saveFolder.mutate({ id: cargo.folder, parent_id: folder }, { onError: tell.failed });
      return;
    }
    const moved = rows?.filter(({ id }) => cargo.workflows.includes(id)) ?? [];
    void bulk.run(moved, { what: 'move', folder });
  };
  const { fetchNextPage } = shown.list;
  const onEnd = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return {
    ...shown,
    folders,
    bulk,
    dialog,
    open,
    askFolder,
    onCurrent,
    selection,
    may,
    act,
    drop,
    onEnd,
  };
}
