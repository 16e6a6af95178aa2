import { Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { holdsMasked } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Disclosure } from '@/ui/disclosure';
import { SelectField, TextArea, TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { JsonTree } from '@/ui/json-view';
import { type Told, useSendTrial, type Webhook } from '../api';
import { useLatestEvent } from '../events';
import { headerLines, readTrial, type TrialText } from '../trial';

const toneOf = (status: number) => (status < 300 ? 'ok' : status < 500 ? 'warn' : 'bad');

/** What the sender is told, word for word, and where what it started can be seen. */
function Answer({ told }: { told: Told }) {
  const { t } = useTranslation('webhooks');
  const isFile = !told.is_whole && told.body === '';
  return (
    <section aria-label={t('trial.answer')} className="rounded-lg border border-line bg-sunken p-3">
      <p role="status" className="mb-2 flex flex-wrap items-center gap-2">
        <Badge tone={toneOf(told.status)}>{t('trial.answered', { status: told.status })}</Badge>
        {told.event_id !== null && told.execution_id === null && (
          <span className="text-fg-2 text-xs">{t('trial.filtered')}</span>
        )}
        {told.execution_id !== null && (
          <Link
            to={`/executions/${told.execution_id}`}
            className="ml-auto text-accent text-xs hover:underline"
          >
            {t('trial.execution')}
          </Link>
        )}
      </p>
      <div className="max-h-60 overflow-auto">
        {isFile ? (
          <p className="text-fg-2 text-xs">{t('trial.file', { type: told.content_type })}</p>
        ) : (
          <JsonTree value={told.body} />
        )}
        {!isFile && !told.is_whole && <p className="text-fg-3 text-xs">{t('trial.cut')}</p>}
      </div>
    </section>
  );
}

interface TrialDialogProps {
  webhook: Webhook;
  onClose: () => void;
}

/** Makes up a delivery, has it signed and sent through the webhook's own door, and shows the answer. */
export default function TrialDialog({ webhook, onClose }: TrialDialogProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const latest = useLatestEvent(webhook.id).data;
  const [text, setText] = useState<TrialText>({
    method: webhook.methods[0] ?? 'POST',
    query: '',
    headers: '',
    body: '{\n  "hello": "world"\n}',
  });
  const send = useSendTrial(webhook.id);
  const read = readTrial(text);
  const change = (part: keyof TrialText) => (event: { target: { value: string } }) =>
    setText((now) => ({ ...now, [part]: event.target.value }));
  const submit = (): void => {
    if ('trial' in read && !send.isPending) send.mutate(read.trial);
  };
  const fill = (): void => {
    if (latest == null) return;
    const { headers, body } = latest.trigger;
    const filled =
      body == null ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2);
    setText((now) => ({ ...now, headers: headerLines(headers), body: filled }));
  };
  useShortcut('run', submit);
  const fault = 'fault' in read ? read : null;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={t('trial.title', { name: webhook.name })}
      description={t('trial.text')}
    >
      <DialogBody>
        <Refused error={send.error} />
        {webhook.methods.length > 1 && (
          <SelectField label={t('trial.method')} value={text.method} onChange={change('method')}>
            {webhook.methods.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </SelectField>
        )}
        <TextArea
          label={t('trial.body')}
          hint={holdsMasked(text.body) ? t('trial.masked') : t('trial.body_hint')}
          error={fault?.fault === 'body' ? t('trial.body_fault') : undefined}
          value={text.body}
          onChange={change('body')}
          rows={9}
        />
        {latest != null && (
          <Button size="sm" look="quiet" className="-mt-2 -ml-2.5 self-start" onClick={fill}>
            {t('trial.fill')}
          </Button>
        )}
        <Disclosure summary={t('trial.beside')} isOpen={text.headers !== ''}>
          <div className="mt-2 flex flex-col gap-4">
            <TextArea
              label={t('trial.headers')}
              hint={t('trial.headers_hint')}
              error={
                fault?.fault === 'headers'
                  ? t('trial.headers_fault', { line: fault.line })
                  : undefined
              }
              value={text.headers}
              onChange={change('headers')}
              rows={4}
            />
            <TextField
              label={t('trial.query')}
              hint={t('trial.query_hint')}
              value={text.query}
              onChange={change('query')}
              className="font-mono text-xs"
            />
          </div>
        </Disclosure>
        {send.data !== undefined && <Answer told={send.data} />}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:close')}</Button>
        <Button look="primary" isBusy={send.isPending} disabled={fault !== null} onClick={submit}>
          <Send aria-hidden />
          {t(send.data === undefined ? 'trial.submit' : 'trial.again')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
