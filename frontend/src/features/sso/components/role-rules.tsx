import { Plus, X } from 'lucide-react';
import { useFieldArray } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { FormError, Refused } from '@/ui/form-error';
import { type SsoConnection, useChangeConnection } from '../api';

const ROLES = ['admin', 'editor', 'operator', 'viewer'] as const;
const FIELDS = ['default_role', 'role_sync'] as const;

function RoleOptions() {
  const { t } = useTranslation('sso');
  return ROLES.map((role) => (
    <option key={role} value={role}>
      {t(`role.${role}`)}
    </option>
  ));
}

function useForm(connection: SsoConnection) {
  const { t } = useTranslation('sso');
  const needed = z.string().check(z.trim(), z.minLength(1, t('rules.incomplete')));
  return useSchemaForm(
    z.object({
      role_rules: z.array(z.object({ claim: needed, value: needed, role: z.string() })),
      default_role: z.string(),
      role_sync: z.enum(['first', 'always']),
    }),
    {
      role_rules: connection.role_rules,
      default_role: connection.default_role,
      role_sync: connection.role_sync,
    },
  );
}

/** What the provider says of somebody becomes a role here: in order, the first that fits. */
export function RoleRules({ connection }: { connection: SsoConnection }) {
  const { t } = useTranslation('sso');
  const change = useChangeConnection(connection.id);
  const form = useForm(connection);
  const { register, control, formState, handleSubmit } = form;
  const { fields, append, remove } = useFieldArray({ control, name: 'role_rules' });
  const send = handleSubmit((wanted) =>
    change.mutate(wanted, {
      onError: besideFields(form, FIELDS),
      onSuccess: () => tell.done(t('rules.saved')),
    }),
  );
  const isIncomplete = Object.keys(formState.errors).some((name) => name.startsWith('role_rules'));
  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-3" noValidate>
      <Refused error={restOf(change.error, FIELDS)} />
      {isIncomplete && <FormError>{t('rules.incomplete')}</FormError>}
      {fields.map((field, index) => (
        <fieldset key={field.id} className="flex items-end gap-2">
          <legend className="sr-only">{t('rules.rule', { number: index + 1 })}</legend>
          <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-3">
            <TextField
              {...register(`role_rules.${index}.claim`)}
              label={t('rules.claim')}
              placeholder="groups"
              autoComplete="off"
            />
            <TextField
              {...register(`role_rules.${index}.value`)}
              label={t('rules.value')}
              autoComplete="off"
            />
            <SelectField {...register(`role_rules.${index}.role`)} label={t('rules.role')}>
              <RoleOptions />
            </SelectField>
          </div>
          <Button
            look="quiet"
            size="icon"
            aria-label={t('rules.remove', { number: index + 1 })}
            onClick={() => remove(index)}
          >
            <X aria-hidden />
          </Button>
        </fieldset>
      ))}
      <Button
        size="sm"
        className="self-start"
        onClick={() => append({ claim: '', value: '', role: 'viewer' })}
      >
        <Plus aria-hidden />
        {t('rules.add')}
      </Button>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          {...register('default_role')}
          label={t('rules.default')}
          error={formState.errors.default_role?.message}
        >
          <RoleOptions />
        </SelectField>
        <SelectField
          {...register('role_sync')}
          label={t('rules.sync')}
          error={formState.errors.role_sync?.message}
        >
          <option value="first">{t('rules.first')}</option>
          <option value="always">{t('rules.always')}</option>
        </SelectField>
      </div>
      <Button type="submit" className="self-start" isBusy={change.isPending}>
        {t('rules.save')}
      </Button>
    </form>
  );
}
