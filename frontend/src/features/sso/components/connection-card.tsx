import { CircleCheck, Pencil, Radio, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { FormError, Refused } from '@/ui/form-error';
import { TimeAgo } from '@/ui/time-ago';
import { type SsoConnection, useTestConnection } from '../api';
import { Domains } from './domains';
import { Part } from './part';
import { RoleRules } from './role-rules';
import { Switches } from './switches';

const ADDRESSES = [
  'redirect_uri',
  'logout_redirect_uri',
  'back_channel_logout_uri',
  'start_url',
] as const;

/** What the provider must be told, to be copied. */
function Addresses({ connection }: { connection: SsoConnection }) {
  const { t } = useTranslation('sso');
  return (
    <dl className="divide-y divide-line rounded-md border border-line">
      {ADDRESSES.map((name) => {
        const words = t(`address.${name}`);
        return (
          <div key={name} className="flex flex-wrap items-center gap-x-4 px-3 py-1.5">
            <dt className="w-36 shrink-0 text-fg-2 text-xs">{words}</dt>
            <dd className="flex min-w-0 flex-1 basis-56 items-center gap-1">
              <code className="min-w-0 flex-1 break-all font-mono text-xs">{connection[name]}</code>
              <CopyButton text={() => connection[name]} label={t('copy', { name: words })} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Test({ id }: { id: string }) {
  const { t } = useTranslation('sso');
  const test = useTestConnection(id);
  const report = test.data;
  return (
    <>
      <Refused error={test.error} />
      {report?.is_ok === false && <FormError>{report.problem}</FormError>}
      {report?.is_ok === true && (
        <p role="status" className="flex items-start gap-2 rounded-md bg-ok-soft px-3 py-2 text-ok">
          <CircleCheck className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            {t('test.ok')} {t('test.keys', { count: report.keys })}
            {report.warnings.map((one) => (
              <span key={one} className="block text-warn">
                {one}
              </span>
            ))}
          </span>
        </p>
      )}
      <Button
        size="sm"
        className="self-start"
        isBusy={test.isPending}
        onClick={() => test.mutate()}
      >
        <Radio aria-hidden />
        {t('test.go')}
      </Button>
    </>
  );
}

interface ConnectionCardProps {
  connection: SsoConnection;
  onEdit: () => void;
  onRemove: () => void;
}

/** One provider, from its addresses to its switches, in the order in which it is set up. */
export function ConnectionCard({ connection, onEdit, onRemove }: ConnectionCardProps) {
  const { t } = useTranslation('sso');
  const { id, name, issuer, is_enabled: isOn, is_enforced: isEnforced } = connection;
  const state = isOn ? (isEnforced ? 'enforced' : 'on') : 'off';
  return (
    <section
      aria-label={name}
      className="flex flex-col gap-5 rounded-xl border border-line bg-panel p-4 shadow-1 sm:p-5"
    >
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-56">
          <h2 className="flex items-center gap-2 font-semibold text-base">
            <span className="min-w-0 truncate">{name}</span>
            <Badge tone={isOn ? 'ok' : 'neutral'}>{t(`state.${state}`)}</Badge>
          </h2>
          <p className="mt-0.5 break-all font-mono text-fg-2 text-xs">{issuer}</p>
          <p className="mt-0.5 text-fg-3 text-xs">
            {connection.last_sign_in_at === null ? (
              t('never')
            ) : (
              <>
                {t('last')} <TimeAgo at={connection.last_sign_in_at} />
              </>
            )}
          </p>
        </div>
        <div className="flex gap-2">
          <Button size="sm" onClick={onEdit}>
            <Pencil aria-hidden />
            {t('edit')}
          </Button>
          <Button size="sm" look="danger" onClick={onRemove}>
            <Trash2 aria-hidden />
            {t('remove')}
          </Button>
        </div>
      </div>
      <Part title={t('step.addresses')}>
        <Addresses connection={connection} />
      </Part>
      <Part title={t('step.test')} text={t('test.text')}>
        <Test id={id} />
      </Part>
      <Part title={t('step.domains')} text={t('domain.text')}>
        <Domains connection={connection} />
      </Part>
      <Part title={t('step.roles')} text={t('rules.text')}>
        <RoleRules connection={connection} />
      </Part>
      <Part title={t('step.switch')}>
        <Switches connection={connection} />
      </Part>
    </section>
  );
}
