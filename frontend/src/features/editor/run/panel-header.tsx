import { ChevronDown, ChevronUp, Ellipsis, Pause, Pin, PinOff, Play, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { DurationOf, type Execution, isFinal, useHold } from '@/features/executions/facade';
import { shortId } from '@/lib/format';
import { labels } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { TimeAgo } from '@/ui/time-ago';
import { useMayHere } from '../may';
import { useNodeActions } from './acting';
import type { Distance } from './changes';
import { PanelMenu } from './panel-menu';
import { RetryMenu } from './retry-menu';
import { RunPicker } from './run-picker';
import { useRunner } from './running';
import { run, useRun } from './store';

function Facts({ execution, version }: { execution: Execution; version: number | null }) {
  const { t } = useTranslation(['run', 'executions']);
  return (
    <span className="flex min-w-0 items-center gap-1.5 truncate text-fg-2 text-xs tabular-nums @max-3xl:hidden">
      <TimeAgo at={execution.started_at ?? execution.created_at} />
      <span aria-hidden>·</span>
      <DurationOf timed={execution} />
      <span aria-hidden>·</span>
      {version === null ? t('panel.draft') : t('executions:page.version', { version })}
      {execution.retry_of !== null && (
        <>
          <span aria-hidden>·</span>
          <Link to={{ search: `?execution=${execution.retry_of}` }} className="hover:text-fg">
            {t('executions:page.retry_of')} {shortId(execution.retry_of)}
          </Link>
        </>
      )}
    </span>
  );
}

function Hold({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const hold = useHold(execution.id);
  const mayHold = useMayHere('execution.cancel');
  if (isFinal(execution.status) || execution.status === 'cancelling' || !mayHold) return null;
  const verb = execution.status === 'paused' ? 'resume' : 'pause';
  const Icon = verb === 'pause' ? Pause : Play;
  return (
    <Button
      size="sm"
      look="quiet"
      isBusy={hold.isPending}
      onClick={() =>
        hold.mutate(verb, {
          onSuccess: () => tell.done(t(`page.${verb}_asked`)),
          onError: tell.failed,
        })
      }
    >
      <Icon aria-hidden />
      {t(`page.${verb}`)}
    </Button>
  );
}

const keyOf = (id: 'pin' | 'retry_here' | 'run_panel'): string => labels(id).join(' ');

/** What can be done with the selected node: pin what it gave, and begin anew at it. */
function NodeButtons({ execution }: { execution: Execution }) {
  const { t } = useTranslation('run');
  const { node, canPin, canRetry, isPinned, isMasked, turnPin, retry } = useNodeActions();
  const { isStarting } = useRunner();
  if (node === undefined) return null;
  const PinIcon = isPinned ? PinOff : Pin;
  return (
    <>
      {canPin && (
        <Button
          size="sm"
          look="quiet"
          title={`${t('pin.hint')} (${keyOf('pin')})`}
          onClick={() => (isMasked && !isPinned ? run.pinning(true) : turnPin())}
        >
          <PinIcon aria-hidden />
          <span className="@max-2xl:sr-only">{t(isPinned ? 'pin.remove' : 'pin.set')}</span>
        </Button>
      )}
      {canRetry && (
        <span className="flex">
          <Button
            size="sm"
            className="rounded-r-none"
            isBusy={isStarting}
            title={`${t('retry.hint')} (${keyOf('retry_here')})`}
            onClick={retry}
          >
            {!isStarting && <RotateCw aria-hidden />}
            {t('retry.here')}
          </Button>
          <RetryMenu execution={execution} node={node} />
        </span>
      )}
    </>
  );
}

interface PanelHeaderProps {
  execution: Execution | undefined;
  distance: Distance | undefined;
}

/** Which execution is shown, how it stands, and what can be done about it. */
export function PanelHeader({ execution, distance }: PanelHeaderProps) {
  const { t } = useTranslation('run');
  const isOpen = useRun((state) => state.isOpen);
  const Icon = isOpen ? ChevronDown : ChevronUp;
  return (
    <header className="@container flex min-h-10 shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1 border-line border-b px-3 max-md:py-1 md:h-10 md:flex-nowrap">
      <RunPicker execution={execution} />
      {execution !== undefined && (
        <>
          <StatusBadge status={execution.status} hadErrors={execution.had_errors} />
          <Facts execution={execution} version={distance?.version ?? null} />
        </>
      )}
      <span className="ml-auto flex shrink-0 items-center gap-1.5">
        {execution !== undefined && isOpen && (
          <>
            <Hold execution={execution} />
            <NodeButtons execution={execution} />
          </>
        )}
        <PanelMenu
          execution={execution}
          trigger={
            <Button look="quiet" size="icon-sm" aria-label={t('panel.more')}>
              <Ellipsis aria-hidden />
            </Button>
          }
        />
        <Button
          look="quiet"
          size="icon-sm"
          aria-label={t(isOpen ? 'panel.collapse' : 'panel.expand')}
          title={`${t(isOpen ? 'panel.collapse' : 'panel.expand')} (${keyOf('run_panel')})`}
          aria-expanded={isOpen}
          onClick={() => run.open(!isOpen)}
        >
          <Icon aria-hidden />
        </Button>
      </span>
    </header>
  );
}
