import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import type { SchemaPatchedSecurityInRequest } from '@/generated/api';
import { tell } from '@/lib/toast';
import { Refused } from '@/ui/form-error';
import { Panel } from '@/ui/panel';
import { Skeleton } from '@/ui/skeleton';
import { ToggleRow } from '@/ui/toggle-row';
import { useSecure, useSecurity } from '../api';

/** What is asked of members, and whether operators may act as one. */
export function SecurityPanel() {
  const { t } = useTranslation('settings');
  const { data, error } = useSecurity();
  const secure = useSecure();
  const why = useMay('tenant.update') ? undefined : t('security.why');
  const set = (change: SchemaPatchedSecurityInRequest): void =>
    secure.mutate(change, {
      onSuccess: () =>
        tell.done(t(Object.values(change).includes(true) ? 'security.on' : 'security.off')),
    });
  return (
    <Panel title={t('security.title')}>
      <Refused error={secure.error ?? error} />
      {data === undefined && error === null && <Skeleton className="h-16" />}
      {data !== undefined && (
        <>
          <ToggleRow
            label={t('security.second_factor')}
            text={t('security.second_factor_hint')}
            isOn={data.requires_second_factor}
            why={why}
            isBusy={secure.isPending}
            onToggle={(isOn) => set({ requires_second_factor: isOn })}
          />
          <ToggleRow
            label={t('security.acting')}
            text={t('security.acting_hint')}
            isOn={data.allows_acting}
            why={why}
            isBusy={secure.isPending}
            onToggle={(isOn) => set({ allows_acting: isOn })}
          />
        </>
      )}
    </Panel>
  );
}
