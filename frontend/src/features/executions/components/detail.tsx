import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/canvas/status-badge';
import { Button } from '@/ui/button';
import { useGrowingText } from '../growing';
import { type Execution, isFinal, type Step } from '../types';
import { ErrorCard } from './error-card';
import GrowingText from './growing-text';
import StepNotes from './step-notes';
import { ValuePane } from './value-pane';

interface PanesProps {
  title: ReactNode;
  notes?: ReactNode;
  left: ReactNode;
  right: ReactNode;
}

const Panes = ({ title, notes, left, right }: PanesProps) => (
  <div className="flex min-h-0 min-w-0 flex-1 flex-col">
    <header className="flex min-h-10 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5">
      {title}
    </header>
    {notes}
    <div className="flex min-h-0 flex-1 flex-col divide-y divide-line lg:flex-row lg:divide-x lg:divide-y-0">
      {left}
      {right}
    </div>
  </div>
);

/** What came in and what went out of the whole execution. */
export function ExecutionDetail({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const output = execution.output ?? undefined;
  return (
    <Panes
      title={<h2 className="font-semibold">{t('page.whole')}</h2>}
      notes={
        execution.error !== null && (
          <div className="border-line border-b p-3">
            <ErrorCard error={execution.error} />
          </div>
        )
      }
      left={
        <ValuePane
          executionId={execution.id}
          title={t('detail.trigger')}
          copyLabel={t('detail.copy_trigger')}
          value={execution.trigger ?? undefined}
          empty={t('detail.empty_input')}
        />
      }
      right={
        <ValuePane
          executionId={execution.id}
          title={t('detail.output')}
          copyLabel={t('detail.copy_output')}
          value={output}
          empty={isFinal(execution.status) ? t('detail.empty_output') : t('detail.pending_output')}
        />
      }
    />
  );
}

interface StepDetailProps {
  executionId: string;
  step: Step;
  name: string;
  /** The pass it ran in; "" outside of every container. */
  pass: string;
  /** What can be done about it. */
  actions: ReactNode;
  onClose: () => void;
}

function emptyOutput(step: Step): 'output_omitted' | 'empty_output' | 'pending_output' {
  if (step.output_omitted) return 'output_omitted';
  return step.ended_at === null ? 'pending_output' : 'empty_output';
}

/** What went into one node and what came out of it. */
export function StepDetail(props: StepDetailProps) {
  const { executionId, step, name, pass, actions, onClose } = props;
  const { t } = useTranslation('executions');
  const growth = useGrowingText(executionId, step);
  return (
    <Panes
      title={
        <>
          <h2 className="min-w-0 truncate font-semibold">{name}</h2>
          <StatusBadge status={step.status} />
          {pass !== '' && <span className="text-fg-3 text-xs">{t('page.scope', { pass })}</span>}
          <span className="-mr-1.5 ml-auto flex items-center gap-2">
            {actions}
            <Button look="quiet" size="icon-sm" aria-label={t('detail.close')} onClick={onClose}>
              <X aria-hidden />
            </Button>
          </span>
        </>
      }
      notes={<StepNotes executionId={executionId} step={step} />}
      left={
        <ValuePane
          executionId={executionId}
          title={t('detail.input')}
          copyLabel={t('detail.copy_input')}
          value={step.input ?? undefined}
          empty={step.status === 'skipped' ? t('detail.skipped') : t('detail.empty_input')}
        />
      }
      right={
        growth === undefined ? (
          <ValuePane
            executionId={executionId}
            title={t('detail.output')}
            copyLabel={t('detail.copy_output')}
            value={step.output ?? undefined}
            empty={t(`detail.${emptyOutput(step)}`)}
          />
        ) : (
          <GrowingText title={t('detail.output')} growth={growth} />
        )
      }
    />
  );
}
