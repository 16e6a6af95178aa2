import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { textOf } from '../arrival';
import { useBeginApp, useConfirmApp, useNewCodes, useRemoveApp } from '../own';
import { QrCode } from './qr-code';
import { Section } from './section';
import { shownOf, useStepUp } from './step-up';

/** Recovery codes, at the only moment in which anybody knows them. */
function Codes({ codes }: { codes: string[] }) {
  const { t } = useTranslation('accounts');
  return (
    <div className="rounded-md border border-line bg-sunken p-4">
      <p className="flex items-center justify-between gap-2 font-medium">
        {t('app.keep_codes')}
        <CopyButton text={() => codes.join('\n')} label={t('app.copy_codes')} />
      </p>
      <ul className="mt-2 grid gap-x-6 gap-y-1 font-mono text-xs sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </div>
  );
}

interface SetupProps {
  secret: string;
  uri: string;
  onCode: (code: string) => void;
  isBusy: boolean;
}

function Setup({ secret, uri, onCode, isBusy }: SetupProps) {
  const { t } = useTranslation('accounts');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onCode(textOf(new FormData(event.currentTarget), 'code').trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <p className="text-fg-2">{t('app.scan')}</p>
      <div className="flex flex-col gap-x-6 gap-y-3 sm:flex-row sm:items-center">
        <QrCode text={uri} label={t('app.code_picture')} />
        <div className="flex min-w-0 flex-1 flex-col items-start gap-3">
          <p className="text-fg-2">{t('app.enter_secret')}</p>
          <p className="flex items-center gap-2 self-stretch rounded-md border border-line bg-sunken px-3 py-2">
            <code className="min-w-0 flex-1 break-words font-mono text-xs">
              {secret.match(/.{1,4}/g)?.join(' ')}
            </code>
            <CopyButton text={() => secret} label={t('app.copy_secret')} />
          </p>
          <a href={uri} className="font-medium text-accent hover:underline">
            {t('app.open')}
          </a>
        </div>
      </div>
      <TextField
        label={t('second.code')}
        hint={t('second.code_hint')}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <Button type="submit" look="primary" className="self-start" isBusy={isBusy}>
        {t('app.confirm')}
      </Button>
    </form>
  );
}

/** Two-step sign-in by an app that shows codes, and its recovery codes. */
export function AppSection({ hasApp, codesLeft }: { hasApp: boolean; codesLeft: number }) {
  const { t } = useTranslation('accounts');
  const begin = useBeginApp();
  const confirm = useConfirmApp();
  const remove = useRemoveApp();
  const renew = useNewCodes();
  const { guard, dialog } = useStepUp();
  const codes = renew.data?.recovery_codes ?? confirm.data?.recovery_codes;
  const error =
    shownOf(begin.error) ?? shownOf(confirm.error) ?? shownOf(remove.error) ?? shownOf(renew.error);
  return (
    <Section title={t('app.title')} text={t(hasApp ? 'app.on' : 'app.off', { count: codesLeft })}>
      {error !== null && <FormError>{error.message}</FormError>}
      {codes !== undefined && hasApp && <Codes codes={codes} />}
      {!hasApp && begin.data === undefined && (
        <Button
          look="primary"
          className="self-start"
          isBusy={begin.isPending}
          onClick={() => guard((onError) => begin.mutate(undefined, { onError }))}
        >
          {t('app.begin')}
        </Button>
      )}
      {!hasApp && begin.data !== undefined && (
        <Setup
          {...begin.data}
          isBusy={confirm.isPending}
          onCode={(code) => guard((onError) => confirm.mutate(code, { onError }))}
        />
      )}
      {hasApp && (
        <div className="flex flex-wrap gap-2">
          <Button
            isBusy={renew.isPending}
            onClick={() => guard((onError) => renew.mutate(undefined, { onError }))}
          >
            {t('app.renew')}
          </Button>
          <Button
            look="danger"
            isBusy={remove.isPending}
            onClick={() =>
              guard((onError) => remove.mutate(undefined, { onError, onSuccess: begin.reset }))
            }
          >
            {t('app.remove')}
          </Button>
        </div>
      )}
      {dialog}
    </Section>
  );
}
