import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { useMay } from '@/features/accounts/facade';
import type { SchemaCorsInRequest, SchemaCorsOut } from '@/generated/api';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { TextArea, TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { Panel } from '@/ui/panel';
import { Skeleton } from '@/ui/skeleton';
import { useCors, useSaveCors } from '../api';

const FIELDS = ['origins', 'methods', 'headers', 'max_age_s'] as const;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ORIGIN = /^https?:\/\/[^/\s]+$/;
const MOST_S = 86_400;

const wordsIn = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

function useForm(cors: SchemaCorsOut) {
  const { t } = useTranslation('settings');
  const isAge = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= MOST_S;
  return useSchemaForm(
    z.object({
      origins: z.string().check(
        z.refine((text) => wordsIn(text).every((one) => ORIGIN.test(one)), {
          error: ({ input }) =>
            t('cors.origin_wrong', {
              origin: wordsIn(String(input)).find((one) => !ORIGIN.test(one)) ?? '',
            }),
        }),
      ),
      headers: z.string(),
      methods: z.array(z.string()),
      max_age_s: z.string().check(z.trim(), z.refine(isAge, t('cors.age_wrong'))),
    }),
    {
      origins: cors.origins.join('\n'),
      headers: cors.headers.join(', '),
      methods: cors.methods,
      max_age_s: String(cors.max_age_s),
    },
  );
}

function CorsForm({ cors }: { cors: SchemaCorsOut }) {
  const { t } = useTranslation('settings');
  const save = useSaveCors();
  const form = useForm(cors);
  const why = useMay('tenant.update') ? undefined : t('security.why');
  const isOff = why !== undefined;
  const { register, formState, handleSubmit } = form;
  const send = handleSubmit((wanted) =>
    save.mutate(
      {
        origins: wordsIn(wanted.origins),
        headers: wordsIn(wanted.headers),
        methods: wanted.methods as NonNullable<SchemaCorsInRequest['methods']>,
        max_age_s: Number(wanted.max_age_s),
      },
      { onError: besideFields(form, FIELDS), onSuccess: () => tell.done(t('cors.saved')) },
    ),
  );
  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-4" noValidate>
      <Refused error={restOf(save.error, FIELDS)} />
      <TextArea
        {...register('origins')}
        label={t('cors.origins')}
        hint={t('cors.origins_hint')}
        rows={3}
        readOnly={isOff}
        error={formState.errors.origins?.message}
      />
      <fieldset>
        <legend className="mb-1.5 font-medium">{t('cors.methods')}</legend>
        <div className="flex flex-wrap gap-x-5">
          {METHODS.map((method) => (
            <label key={method} className="flex min-h-7 items-center gap-2 font-mono text-xs">
              <input
                type="checkbox"
                value={method}
                {...register('methods')}
                disabled={isOff}
                className="size-4 accent-accent"
              />
              {method}
            </label>
          ))}
        </div>
        {formState.errors.methods?.message !== undefined && (
          <p role="alert" className="mt-1 text-bad text-xs">
            {formState.errors.methods.message}
          </p>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          {...register('headers')}
          label={t('cors.headers')}
          hint={t('cors.headers_hint')}
          readOnly={isOff}
          error={formState.errors.headers?.message}
        />
        <TextField
          {...register('max_age_s')}
          label={t('cors.age')}
          inputMode="numeric"
          readOnly={isOff}
          error={formState.errors.max_age_s?.message}
        />
      </div>
      <div>
        <Button type="submit" look="primary" why={why} isBusy={save.isPending}>
          {t('cors.save')}
        </Button>
        {isOff && <p className="mt-1.5 text-fg-3 text-xs">{why}</p>}
      </div>
    </form>
  );
}

/** Which websites may call the API from a browser. */
export function CorsPanel() {
  const { t } = useTranslation('settings');
  const { data, error } = useCors();
  return (
    <Panel title={t('cors.title')} text={t('cors.text')}>
      <Refused error={error} />
      {data === undefined && error === null && <Skeleton className="h-40" />}
      {data !== undefined && <CorsForm cors={data} />}
    </Panel>
  );
}
