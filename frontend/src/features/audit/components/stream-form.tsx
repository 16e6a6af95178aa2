import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { type Stream, useChangeStream, useCreateStream } from '../streams';
import { ShownSecret } from './shown-secret';

const FIELDS = ['name', 'url'] as const;
const PLACE = /^(https?|syslog\+(tls|tcp)):\/\/./;

interface StreamFormProps {
  /** The one that is changed; a new one if left out. */
  stream?: Stream | undefined;
  onClose: () => void;
}

function FromStart({ props }: { props: object }) {
  const { t } = useTranslation('audit');
  return (
    <label className="flex items-start gap-2.5">
      <input type="checkbox" {...props} className="mt-0.5 size-4 accent-accent" />
      <span>
        {t('stream_form.from_start')}
        <span className="block text-fg-3 text-xs">{t('stream_form.from_start_hint')}</span>
      </span>
    </label>
  );
}

/** Where the trail is to go. A new one answers with its secret, once. */
export default function StreamForm({ stream, onClose }: StreamFormProps) {
  const { t } = useTranslation(['audit', 'common']);
  const create = useCreateStream();
  const change = useChangeStream(stream?.id ?? '');
  const { error, isPending } = stream === undefined ? create : change;
  const form = useSchemaForm(
    z.object({
      name: z.string().check(z.trim(), z.minLength(1, t('stream_form.name_missing'))),
      url: z.string().check(z.trim(), z.regex(PLACE, t('stream_form.url_wrong'))),
      from_start: z.boolean(),
    }),
    { name: stream?.name ?? '', url: stream?.url ?? '', from_start: false },
  );
  const { errors } = form.formState;
  const send = form.handleSubmit(({ from_start, ...about }) => {
    const onError = besideFields(form, FIELDS);
    if (stream === undefined) create.mutate({ ...about, from_start }, { onError });
    else
      change.mutate(about, {
        onError,
        onSuccess: ({ name }) => {
          tell.done(t('stream_form.saved', { name }));
          onClose();
        },
      });
  });
  if (create.data !== undefined)
    return (
      <ShownSecret
        name={create.data.name}
        secret={create.data.secret}
        until={null}
        onClose={onClose}
      />
    );
  return (
    <Dialog
      isOpen
      isOnce={create.isPending}
      onClose={onClose}
      title={
        stream === undefined ? t('stream_form.new') : t('stream_form.change', { name: stream.name })
      }
    >
      <form onSubmit={(event) => void send(event)} className="contents" noValidate>
        <DialogBody>
          <Refused error={restOf(error, FIELDS)} />
          <TextField
            {...form.register('name')}
            label={t('stream_form.name')}
            autoComplete="off"
            error={errors.name?.message}
          />
          <TextField
            {...form.register('url')}
            label={t('stream_form.url')}
            hint={t('stream_form.url_hint')}
            autoComplete="off"
            spellCheck={false}
            error={errors.url?.message}
          />
          {stream === undefined && <FromStart props={form.register('from_start')} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={isPending}>
            {t(stream === undefined ? 'stream_form.create' : 'stream_form.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
