import { useTranslation } from 'react-i18next';
import type { Workflow } from '../types';
import { TRIGGER_ICONS } from './trigger-icons';

interface TriggerListProps {
  triggers: Workflow['triggers'];
  nameOf: (nodeId: string) => string;
}

/** What starts the live version, and how much of it each trigger turned away. */
export function TriggerList({ triggers, nameOf }: TriggerListProps) {
  const { t } = useTranslation('workflows');
  return (
    <ul className="flex flex-col gap-2 px-4 pb-4">
      {triggers.map(({ node_id, kind, filtered_count }) => {
        const Icon = TRIGGER_ICONS[kind];
        return (
          <li key={node_id} className="flex items-center gap-1.5">
            <Icon
              role="img"
              aria-label={t(`trigger.${kind}`)}
              className="size-4 shrink-0 text-fg-3"
            />
            <span className="min-w-0 truncate" title={nameOf(node_id)}>
              {nameOf(node_id)}
            </span>
            <span
              className="ml-auto shrink-0 text-fg-3 text-xs tabular-nums"
              title={t('trigger.filtered_hint')}
            >
              {t('trigger.filtered', { count: filtered_count })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
