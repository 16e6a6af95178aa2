import { useTranslation } from 'react-i18next';
import type { SchemaExecutionListed, SchemaStepShown } from '@/generated/api';
import { Badge } from '@/ui/badge';
import { StatusIcon, toneOf } from './status-icon';

interface StatusBadgeProps {
  status: SchemaExecutionListed['status'] | SchemaStepShown['status'];
  hadErrors?: boolean;
}

/** A status as word, shape and colour. */
export function StatusBadge({ status, hadErrors = false }: StatusBadgeProps) {
  const { t } = useTranslation('executions');
  return (
    <Badge tone={hadErrors && status === 'completed' ? 'warn' : toneOf(status)}>
      <StatusIcon status={status} className="text-current" />
      {t(`status.${status}`)}
      {hadErrors && status === 'completed' && (
        <span className="font-normal"> {t('had_errors')}</span>
      )}
    </Badge>
  );
}
