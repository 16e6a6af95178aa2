import { Info, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { useMay } from '@/features/accounts/facade';
import type { SchemaPermission } from '@/generated/api';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { ConfirmByName } from '@/ui/confirm-by-name';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { type OwnRole, useRemoveRole, useSaveRole } from '../api';
import { useAsker } from '../hooks';
import { ABOUTS, beyond, PERMISSIONS } from '../rules';
import { usePermissionWords, useWhyNot } from '../words';
import { Choice, Choices } from './choice';

const FIELDS = ['name', 'description', 'permissions'] as const;

interface PermissionChoicesProps {
  chosen: readonly string[];
  isOff: boolean;
  onChoose: (chosen: string[]) => void;
}

/** Every permission there is. What the asker does not hold cannot be given, and says so. */
function PermissionChoices({ chosen, isOff, onChoose }: PermissionChoicesProps) {
  const { t } = useTranslation('members');
  const asker = useAsker();
  const words = usePermissionWords();
  const whyNot = (permission: string): string | undefined => {
    if (isOff) return '';
    return asker.permissions.includes(permission) ? undefined : t('why.not_held');
  };
  return ABOUTS.map((about) => (
    <Choices key={about} label={t(`about.${about}`)}>
      {PERMISSIONS[about].map((permission) => (
        <Choice
          key={permission}
          kind="checkbox"
          name="permissions"
          label={words(permission)}
          text={permission}
          isChosen={chosen.includes(permission)}
          why={whyNot(permission)}
          onChoose={(isChosen) =>
            onChoose(
              isChosen ? [...chosen, permission] : chosen.filter((one) => one !== permission),
            )
          }
        />
      ))}
    </Choices>
  ));
}

interface RemoveProps {
  role: OwnRole;
  onClose: () => void;
  onGone: () => void;
}

function Remove({ role, onClose, onGone }: RemoveProps) {
  const { t } = useTranslation('members');
  const remove = useRemoveRole(role.id);
  const { name } = role;
  const gone = (): void => {
    tell.done(t('role_form.removed', { name }));
    onGone();
  };
  return (
    <ConfirmByName
      title={t('role_form.remove_title', { name })}
      text={t('role_form.remove_text')}
      name={name}
      label={t('role_form.remove_ask', { name })}
      wrong={t('role_form.remove_wrong')}
      submit={t('role_form.remove')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: gone })}
      onClose={onClose}
    />
  );
}

function useForm(role: OwnRole | undefined) {
  const { t } = useTranslation('members');
  return useSchemaForm(
    z.object({
      name: z.string().check(z.trim(), z.minLength(1, t('role_form.name_missing'))),
      description: z.string().check(z.trim()),
      permissions: z.array(z.string()).check(z.minLength(1, t('role_form.none'))),
    }),
    {
      name: role?.name ?? '',
      description: role?.description ?? '',
      permissions: role?.permissions ?? [],
    },
  );
}

interface RoleDialogProps {
  /** The one that is changed; a new one if left out. */
  role?: OwnRole | undefined;
  onClose: () => void;
}

/** A role of the tenant's own: its name, and what it holds. */
export default function RoleDialog({ role, onClose }: RoleDialogProps) {
  const { t } = useTranslation(['members', 'common']);
  const asker = useAsker();
  const mayManage = useMay('role.manage');
  const { named } = useWhyNot();
  const save = useSaveRole(role?.id);
  const form = useForm(role);
  const { register, handleSubmit, formState, watch, setValue } = form;
  const [isRemoving, setRemoving] = useState(false);
  if (isRemoving && role !== undefined)
    return <Remove role={role} onClose={() => setRemoving(false)} onGone={onClose} />;
  const held = role?.permissions ?? [];
  const isWider = beyond(asker, held).length > 0;
  const whyWider = isWider ? t('why.role_wider', { permissions: named(held) }) : undefined;
  const why = mayManage ? whyWider : t('why.no_roles');
  const send = handleSubmit(({ permissions, ...about }) =>
    save.mutate(
      { ...about, permissions: permissions as SchemaPermission[] },
      {
        onError: besideFields(form, FIELDS),
        onSuccess: ({ name }) => {
          tell.done(t(role === undefined ? 'role_form.made' : 'role_form.saved', { name }));
          onClose();
        },
      },
    ),
  );
  const { errors } = formState;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={role === undefined ? t('role_form.new') : t('role_form.change', { name: role.name })}
      description={t('role_form.hint')}
    >
      <form onSubmit={(event) => void send(event)} className="contents" noValidate>
        <DialogBody>
          <Refused error={restOf(save.error, FIELDS)} />
          {why !== undefined && (
            <p className="flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-fg-2">
              <Info className="mt-0.5 size-4 shrink-0 text-fg-3" aria-hidden />
              {why}
            </p>
          )}
          <TextField
            {...register('name')}
            label={t('role_form.name')}
            autoComplete="off"
            readOnly={why !== undefined}
            error={errors.name?.message}
          />
          <TextField
            {...register('description')}
            label={t('role_form.description')}
            autoComplete="off"
            readOnly={why !== undefined}
            error={errors.description?.message}
          />
          {errors.permissions?.message !== undefined && (
            <p role="alert" className="text-bad text-xs">
              {errors.permissions.message}
            </p>
          )}
          <PermissionChoices
            chosen={watch('permissions')}
            isOff={why !== undefined}
            onChoose={(chosen) =>
              setValue('permissions', chosen, { shouldValidate: formState.isSubmitted })
            }
          />
        </DialogBody>
        <DialogActions>
          {role !== undefined && (
            <Button look="danger" className="mr-auto" why={why} onClick={() => setRemoving(true)}>
              <Trash2 aria-hidden />
              {t('role_form.remove')}
            </Button>
          )}
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" why={why} isBusy={save.isPending}>
            {t(role === undefined ? 'role_form.create' : 'role_form.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
