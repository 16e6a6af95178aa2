import { useTranslation } from 'react-i18next';
import { Badge } from '@/ui/badge';
import { useHasChanges } from '../hooks';
import { stateOf, type Workflow, type WorkflowSummary } from '../types';

export function StateBadge({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  const state = stateOf(workflow);
  if (state === 'live')
    return <Badge tone="ok">{t('state.live', { version: workflow.live_version })}</Badge>;
  return <Badge>{t(`state.${state}`)}</Badge>;
}

/** Says that the draft is ahead of what runs. */
export function ChangedDot({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation('workflows');
  if (!useHasChanges(workflow)) return null;
  return (
    <span className="inline-flex items-center gap-1.5 text-fg-2 text-xs">
      <span className="size-1.5 rounded-full bg-warn" aria-hidden />
      {t('state.changed')}
    </span>
  );
}
