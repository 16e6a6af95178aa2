import { Trash2, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { absolute } from '@/lib/format';
import type { Selection } from '@/lib/selection';
import { Button } from '@/ui/button';
import { Choice } from '@/ui/choice';
import { ListRows, ROW_GRID } from '@/ui/list';
import type { WorkflowSummary } from '../types';
import { type BinAct, daysLeft } from './bin-api';

interface BinRowsProps {
  rows: readonly WorkflowSummary[];
  selection: Selection<WorkflowSummary>;
  mayDelete: boolean;
  onAct: (act: BinAct, rows: readonly WorkflowSummary[]) => void;
}

/** What lies in the bin, with the time that each still has there. */
export function BinRows({ rows, selection, mayDelete, onAct }: BinRowsProps) {
  const { t, i18n } = useTranslation('workflows');
  const now = useNow();
  const hindrance = mayDelete ? undefined : t('bin.no_permission');
  return (
    <ListRows
      label={t('bin.title')}
      columns="lg:grid-cols-[24px_minmax(0,1fr)_auto_auto]"
      heads={['', t('column.name'), t('bin.left'), '']}
    >
      {rows.map((row) => {
        const { id, name, deleted_at } = row;
        return (
          <li
            key={id}
            className={cn(
              'grid min-h-12 grid-cols-[24px_minmax(0,1fr)] items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 last:border-b-0 lg:gap-x-6 lg:py-1',
              ROW_GRID,
              selection.has(id) ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
          >
            <span>
              {mayDelete && (
                <Choice
                  label={t('row.choose', { name })}
                  isOn={selection.has(id)}
                  onChange={(isRange) => selection.toggle(id, isRange)}
                />
              )}
            </span>
            <span className="truncate font-medium" title={name}>
              {name}
            </span>
            <span
              className="text-fg-2 max-lg:col-start-2"
              title={deleted_at === null ? undefined : absolute(deleted_at, i18n.language)}
            >
              {t('bin.days', { count: daysLeft(deleted_at, now) })}
            </span>
            <span className="flex gap-1 max-lg:col-start-2 lg:justify-end">
              <Button
                data-row={id}
                size="sm"
                aria-label={t('bin.restore_label', { name })}
                why={hindrance}
                onClick={() => onAct('restore', [row])}
              >
                <Undo2 aria-hidden />
                {t('bin.restore')}
              </Button>
              <Button
                size="sm"
                look="danger"
                aria-label={t('bin.purge_label', { name })}
                why={hindrance}
                onClick={() => onAct('purge', [row])}
              >
                <Trash2 aria-hidden />
                {t('bin.purge')}
              </Button>
            </span>
          </li>
        );
      })}
    </ListRows>
  );
}
