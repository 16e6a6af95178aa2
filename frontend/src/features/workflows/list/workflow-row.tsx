import {
  Download,
  Ellipsis,
  FolderInput,
  Lock,
  Play,
  Power,
  PowerOff,
  Tag,
  Trash2,
} from 'lucide-react';
import type { DragEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LastExecution, type Trend } from '@/features/executions/facade';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Choice } from '@/ui/choice';
import { ROW_OPENER } from '@/ui/list';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { StateBadge } from '../components/state-badge';
import { TRIGGER_ICONS } from '../components/trigger-icons';
import type { WorkflowSummary } from '../types';
import { Sparkline } from './sparkline';

/** What can be asked for one row. */
export type RowAct = 'run' | 'move' | 'tag' | 'activate' | 'deactivate' | 'export' | 'delete';

function Trigger({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  const [first, ...others] = workflow.triggers;
  if (first === undefined) return <span className="text-fg-3">{t('trigger.none')}</span>;
  const Icon = TRIGGER_ICONS[first.kind];
  return (
    <span className="flex items-center gap-1.5 text-fg-2">
      <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
      <span className="truncate">{t(`trigger.${first.kind}`)}</span>
      {others.length > 0 && <span className="text-fg-3 tabular-nums">+{others.length}</span>}
    </span>
  );
}

interface RowMenuProps {
  workflow: WorkflowSummary;
  may: RowMay;
  onAct: (act: RowAct) => void;
}

function RowMenu({ workflow, may, onAct }: RowMenuProps) {
  const { t } = useTranslation('workflows');
  const { name, is_active: isLive } = workflow;
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('row.more', { name })}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      <MenuItem
        isDisabled={!may.update || (!isLive && workflow.live_version === null)}
        onSelect={() => onAct(isLive ? 'deactivate' : 'activate')}
      >
        {isLive ? <PowerOff aria-hidden /> : <Power aria-hidden />}
        {isLive ? t('page.deactivate') : t('page.activate')}
      </MenuItem>
      <MenuItem isDisabled={!may.update} onSelect={() => onAct('move')}>
        <FolderInput aria-hidden />
        {t('bulk.move')}
      </MenuItem>
      <MenuItem isDisabled={!may.update} onSelect={() => onAct('tag')}>
        <Tag aria-hidden />
        {t('bulk.tag')}
      </MenuItem>
      <MenuItem onSelect={() => onAct('export')}>
        <Download aria-hidden />
        {t('export.do')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem isDisabled={!may.delete} onSelect={() => onAct('delete')}>
        <Trash2 aria-hidden />
        {t('page.delete')}
      </MenuItem>
    </Menu>
  );
}

const TAGS_SHOWN = 2;

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <span
      className="flex min-w-0 shrink-[6] items-center gap-1 max-lg:hidden"
      title={tags.join(', ')}
    >
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <span
          key={tag}
          className="max-w-28 truncate rounded-full border border-line px-1.5 text-2xs text-fg-2 leading-4.5"
        >
          {tag}
        </span>
      ))}
      {tags.length > TAGS_SHOWN && (
        <span className="text-2xs text-fg-3 tabular-nums">+{tags.length - TAGS_SHOWN}</span>
      )}
    </span>
  );
}

export interface RowMay {
  run: boolean;
  update: boolean;
  delete: boolean;
}

interface WorkflowRowProps {
  workflow: WorkflowSummary;
  trend: Trend | undefined;
  /** Whether its executions may be seen. */
  hasTrend: boolean;
  demo: ReactNode;
  may: RowMay;
  isChosen: boolean;
  /** Undefined where nothing can be done with what is chosen. */
  onChoose: ((id: string, isRange: boolean) => void) | undefined;
  onAct: (act: RowAct, workflow: WorkflowSummary) => void;
  onDrag: (event: DragEvent) => void;
}

/** The cells of one workflow's row. The name's link covers the row; what else can be clicked lies above it. */
export function WorkflowRow(props: WorkflowRowProps) {
  const { workflow, trend, hasTrend, demo, may, isChosen, onChoose, onAct, onDrag } = props;
  const { t } = useTranslation('workflows');
  const { id, name, description } = workflow;
  const hindrance = may.run
    ? workflow.live_version === null
      ? t('run_draft')
      : undefined
    : t('no_permission_run');
  return (
    <>
      <span role="cell" className="row-span-2 lg:row-span-1">
        {onChoose !== undefined && (
          <Choice
            label={t('row.choose', { name })}
            isOn={isChosen}
            onChange={(isRange) => onChoose(id, isRange)}
          />
        )}
      </span>
      <span role="cell" className="flex min-w-0 items-center gap-2.5">
        <Link
          data-row={id}
          to={`/workflows/${id}`}
          title={name}
          draggable={may.update}
          onDragStart={onDrag}
          className={cn('min-w-12 truncate font-medium leading-6', ROW_OPENER)}
        >
          {name}
        </Link>
        {workflow.is_restricted && (
          <Lock
            className="size-3.5 shrink-0 text-fg-3"
            role="img"
            aria-label={t('row.restricted')}
          />
        )}
        <Tags tags={workflow.tags} />
        {description !== '' && (
          <span className="min-w-0 shrink-[99] truncate text-fg-3 max-xl:hidden">
            {description}
          </span>
        )}
      </span>
      <span role="cell" className="min-w-0 max-lg:hidden">
        <Trigger workflow={workflow} />
      </span>
      <span role="cell" className="flex justify-end lg:justify-start">
        <StateBadge workflow={workflow} />
      </span>
      <span role="cell" className="flex min-w-0">
        {hasTrend && <LastExecution trend={trend} />}
      </span>
      <span role="cell" className="max-lg:hidden">
        {hasTrend && <Sparkline trend={trend} />}
      </span>
      <span role="cell" className="relative z-1 flex items-center justify-end gap-1">
        {demo}
        <Button
          size="sm"
          aria-label={t('run_label', { name })}
          title={hindrance}
          disabled={hindrance !== undefined}
          onClick={() => onAct('run', workflow)}
        >
          <Play aria-hidden />
          {t('run')}
        </Button>
        <RowMenu workflow={workflow} may={may} onAct={(act) => onAct(act, workflow)} />
      </span>
    </>
  );
}
