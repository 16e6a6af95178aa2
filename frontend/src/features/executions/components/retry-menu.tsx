import { ChevronDown, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { useRetry } from '../api';
import { type Execution, isFinal, type RetryFrom, type RetryVersion } from '../types';

/** Without a failed node there is none to begin at; what was stopped goes on where it stood. */
const mayFail = (execution: Execution): boolean =>
  execution.status !== 'completed' || execution.had_errors;

/** A finished execution once more, as a new one: from its start or where it failed, in its own version or the newest. */
export function RetryMenu({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const navigate = useNavigate();
  const retry = useRetry(execution.id);
  const mayExecute = useMay('workflow.execute');
  if (!isFinal(execution.status) || !mayExecute) return null;
  const start = (from: RetryFrom, version: RetryVersion): void =>
    retry.mutate(
      { start_at: from, version, key: crypto.randomUUID() },
      {
        onSuccess: (id) => {
          tell.done(t('retry.started'));
          if (id !== null) void navigate(`/executions/${id}`);
        },
        onError: tell.failed,
      },
    );
  const items = (version: RetryVersion) => (
    <>
      <MenuLabel>{t(`retry.${version}`)}</MenuLabel>
      {mayFail(execution) && (
        <MenuItem onSelect={() => start('failed', version)}>{t('retry.failed')}</MenuItem>
      )}
      <MenuItem onSelect={() => start('start', version)}>{t('retry.start')}</MenuItem>
    </>
  );
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm" isBusy={retry.isPending}>
          <RotateCw aria-hidden />
          {t('retry.retry')}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      {items('same')}
      <MenuSeparator />
      {items('newest')}
    </Menu>
  );
}
