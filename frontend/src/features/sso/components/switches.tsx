import { useTranslation } from 'react-i18next';
import type { SchemaPatchedConnectionChangeRequest } from '@/generated/api';
import { tell } from '@/lib/toast';
import { Refused } from '@/ui/form-error';
import { ToggleRow } from '@/ui/toggle-row';
import { type SsoConnection, useChangeConnection } from '../api';

/** What a connection does; passwords are refused only when somebody has come in by it. */
export function Switches({ connection }: { connection: SsoConnection }) {
  const { t } = useTranslation('sso');
  const change = useChangeConnection(connection.id);
  const { is_enabled: isEnabled, is_enforced: isEnforced, domains } = connection;
  const canEnforce =
    isEnabled &&
    connection.last_sign_in_at !== null &&
    domains.some(({ verified_at: at }) => at !== null);
  const set = (wanted: SchemaPatchedConnectionChangeRequest): void =>
    change.mutate(wanted, { onSuccess: () => tell.done(t('switch.done')) });
  return (
    <>
      <Refused error={change.error} />
      <ToggleRow
        label={t('switch.enabled')}
        text={t('switch.enabled_hint')}
        isOn={isEnabled}
        isBusy={change.isPending}
        onToggle={(isOn) =>
          set(isOn ? { is_enabled: true } : { is_enabled: false, is_enforced: false })
        }
      />
      <ToggleRow
        label={t('switch.enforced')}
        text={t('switch.enforced_hint')}
        isOn={isEnforced}
        why={canEnforce || isEnforced ? undefined : t('switch.enforced_not_yet')}
        isBusy={change.isPending}
        onToggle={(isOn) => set({ is_enforced: isOn })}
      />
      <ToggleRow
        label={t('switch.adds')}
        text={t('switch.adds_hint')}
        isOn={connection.adds_members}
        isBusy={change.isPending}
        onToggle={(isOn) => set({ adds_members: isOn })}
      />
      <ToggleRow
        label={t('switch.second')}
        text={t('switch.second_hint')}
        isOn={connection.asks_second_factor}
        isBusy={change.isPending}
        onToggle={(isOn) => set({ asks_second_factor: isOn })}
      />
    </>
  );
}
