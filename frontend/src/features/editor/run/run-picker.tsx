import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { StatusIcon, toneOf } from '@/canvas/status-icon';
import { DurationOf, type Execution, useLatest } from '@/features/executions/facade';
import { shortId } from '@/lib/format';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { TimeAgo } from '@/ui/time-ago';
import { useEditor } from '../provider';
import { useShownId } from './shown';
import { run } from './store';

const OFFERED = 12;

/** A menu makes its icons grey; how a run ended must still be seen at a glance. */
const COLOURS: Readonly<Record<string, string>> = {
  ok: 'text-ok!',
  bad: 'text-bad!',
  warn: 'text-warn!',
  run: 'text-run!',
};

function Items() {
  const { t } = useTranslation(['run', 'executions']);
  const navigate = useNavigate();
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const [shownId, show] = useShownId();
  const { data, isPending, error } = useLatest(workflowId, OFFERED);
  if (isPending) return <p className="px-2 py-1.5 text-fg-3">{t('panel.loading')}</p>;
  if (error !== null) return <p className="px-2 py-1.5 text-bad">{error.message}</p>;
  if (data.length === 0) return <p className="px-2 py-1.5 text-fg-3">{t('panel.none_yet')}</p>;
  return (
    <>
      {data.map((one) => (
        <MenuItem
          key={one.id}
          onSelect={() => {
            run.open(true);
            show(one.id);
          }}
        >
          <StatusIcon status={one.status} className={COLOURS[toneOf(one.status)] ?? ''} />
          <span className="sr-only">{t(`executions:status.${one.status}`)}</span>
          <TimeAgo at={one.created_at} className={one.id === shownId ? 'font-medium' : ''} />
          <span className="font-mono text-2xs text-fg-3">{shortId(one.id)}</span>
          <span className="ml-auto text-fg-2 text-xs tabular-nums">
            <DurationOf timed={one} />
          </span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => void navigate(`/executions?workflow=${workflowId}`)}>
        {t('panel.all')}
      </MenuItem>
    </>
  );
}

/** Chooses one of the latest executions of this workflow, to be played on the canvas. */
export function RunPicker({ execution }: { execution: Execution | undefined }) {
  const { t } = useTranslation(['run', 'executions']);
  return (
    <Menu
      side="top"
      className="w-80"
      trigger={
        <Button look="quiet" size="sm" className="-ml-2 font-semibold text-fg text-sm">
          {execution === undefined
            ? t('panel.title')
            : t('executions:page.title', { id: shortId(execution.id) })}
          <ChevronDown aria-hidden />
          <span className="sr-only">{t('panel.choose')}</span>
        </Button>
      }
    >
      <Items />
    </Menu>
  );
}
