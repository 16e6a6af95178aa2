import { useTranslation } from 'react-i18next';
import { type Execution, isFinal } from '@/features/executions/facade';
import { ValuePane } from './values/value-pane';

const AT_TRIGGER = ['trigger'];

/** What the whole execution began with and what it gave: shown while no node is selected. */
export function WholeDetail({ execution }: { execution: Execution }) {
  const { t } = useTranslation(['run', 'executions']);
  const { error } = execution;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 divide-x divide-line @max-2xl:flex-col @max-2xl:divide-x-0 @max-2xl:divide-y">
      <ValuePane
        pane="trigger"
        title={t('executions:detail.trigger')}
        value={execution.trigger ?? undefined}
        empty={t('executions:detail.empty_input')}
        root={AT_TRIGGER}
      />
      <ValuePane
        pane="result"
        title={t('executions:detail.output')}
        value={execution.output ?? undefined}
        empty={t(
          isFinal(execution.status)
            ? 'executions:detail.empty_output'
            : 'executions:detail.pending_output',
        )}
        root={null}
      >
        {error !== null && <p className="pb-2 text-bad">{error.message}</p>}
      </ValuePane>
    </div>
  );
}
