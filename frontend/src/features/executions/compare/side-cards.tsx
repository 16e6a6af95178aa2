import { ArrowLeftRight, Replace } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { lookOf } from '@/canvas/families';
import { StatusBadge } from '@/canvas/status-badge';
import { useWorkflowName } from '@/features/workflows/facade';
import { elapsed, shortId } from '@/lib/format';
import { Button } from '@/ui/button';
import { TimeAgo } from '@/ui/time-ago';
import { DurationOf } from '../components/duration-of';
import type { Execution } from '../types';
import { comparing } from './address';
import { longer } from './row-list';

const ChooseDialog = lazy(() => import('./choose-dialog'));

interface CardProps {
  label: string;
  execution: Execution;
  /** Null: a draft's snapshot, or not known. */
  version: number | null;
  /** How much longer it took than the other one. */
  longer?: string;
  onChoose: () => void;
}

function Card({ label, execution, version, longer: by = '', onChoose }: CardProps) {
  const { t } = useTranslation(['compare', 'executions', 'workflows']);
  const Trigger = lookOf(`trigger:${execution.trigger_kind}`).icon;
  return (
    <section
      aria-label={label}
      className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
    >
      <span className="text-fg-3 text-xs">{label}</span>
      <Link
        to={`/executions/${execution.id}`}
        className="inline-flex min-h-6 items-center whitespace-nowrap font-medium hover:underline"
      >
        {t('executions:page.title', { id: shortId(execution.id) })}
      </Link>
      <StatusBadge status={execution.status} hadErrors={execution.had_errors} />
      <span className="flex flex-wrap items-center gap-x-1.5 text-fg-2 text-xs tabular-nums">
        <span>
          {version === null
            ? t('executions:page.snapshot')
            : t('executions:page.version', { version })}
        </span>
        <span aria-hidden>·</span>
        <span className="flex items-center gap-1">
          <Trigger className="size-3.5 text-fg-3" aria-hidden />
          {t(`workflows:trigger.${execution.trigger_kind as 'webhook'}`, {
            defaultValue: execution.trigger_kind,
          })}
        </span>
        <span aria-hidden>·</span>
        <TimeAgo at={execution.started_at ?? execution.created_at} />
        <span aria-hidden>·</span>
        <span>
          <DurationOf timed={execution} />
        </span>
        {by !== '' && <span className="font-medium text-fg">{by}</span>}
      </span>
      <Button
        size="icon-sm"
        look="quiet"
        className="-mr-1.5 ml-auto"
        aria-label={t('choose_label', { side: label })}
        title={t('choose_other')}
        onClick={onChoose}
      >
        <Replace aria-hidden />
      </Button>
    </section>
  );
}

const tookOf = ({ started_at: start, ended_at: end }: Execution): number | null =>
  end === null ? null : elapsed(start, end, 0);

interface SideCardsProps {
  before: Execution;
  after: Execution;
  versions: readonly [number | null, number | null];
}

/** Which two are compared, and the way to another one. */
export function SideCards({ before, after, versions }: SideCardsProps) {
  const { t } = useTranslation('compare');
  const navigate = useNavigate();
  const nameOf = useWorkflowName();
  const [asked, setAsked] = useState<'before' | 'after' | null>(null);
  const go = (one: string, other: string): void => void navigate(comparing(one, other));
  const replaced = asked === 'before' ? before : after;
  const kept = asked === 'before' ? after : before;
  return (
    <>
      <div className="relative flex shrink-0 flex-col divide-y divide-line border-line border-b bg-panel lg:flex-row lg:divide-x lg:divide-y-0">
        <Card
          label={t('before')}
          execution={before}
          version={versions[0]}
          onChoose={() => setAsked('before')}
        />
        <Card
          label={t('after')}
          execution={after}
          version={versions[1]}
          longer={longer(tookOf(before), tookOf(after))}
          onChoose={() => setAsked('after')}
        />
        <div className="grid shrink-0 place-items-center px-3 max-lg:hidden">
          <Swap onSwap={() => go(after.id, before.id)} />
        </div>
      </div>
      {before.workflow_id !== after.workflow_id && (
        <p className="shrink-0 border-line border-b bg-warn-soft px-4 py-1.5 text-warn text-xs">
          {t('other_workflow', {
            before: nameOf(before.workflow_id),
            after: nameOf(after.workflow_id),
          })}
        </p>
      )}
      <Suspense>
        {asked !== null && (
          <ChooseDialog
            workflowId={replaced.workflow_id}
            exceptId={kept.id}
            onChoose={(id) => {
              setAsked(null);
              if (asked === 'before') go(id, after.id);
              else go(before.id, id);
            }}
            onClose={() => setAsked(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function Swap({ onSwap }: { onSwap: () => void }) {
  const { t } = useTranslation('compare');
  return (
    <Button size="icon-sm" look="quiet" aria-label={t('swap')} title={t('swap')} onClick={onSwap}>
      <ArrowLeftRight aria-hidden />
    </Button>
  );
}
