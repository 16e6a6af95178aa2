import { Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { useInvite } from '../api';
import { ROLES } from '../rules';
import { RoleChoices } from './role-choices';

const FIELDS = ['email'] as const;

/** Asks somebody in. Only their letter holds the link. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['members', 'common']);
  const invite = useInvite();
  const form = useSchemaForm(
    z.object({
      email: z.string().check(z.trim(), z.email(t('invitation.email_wrong'))),
      role: z.enum(ROLES as ['owner', 'admin', 'editor', 'operator', 'viewer']),
      roles: z.array(z.string()),
    }),
    { email: '', role: 'viewer', roles: [] },
  );
  const { register, handleSubmit, formState, watch, setValue } = form;
  const send = handleSubmit((wanted) =>
    invite.mutate(wanted, {
      onError: besideFields(form, FIELDS),
      onSuccess: () => {
        tell.done(t('invitation.sent', { email: wanted.email }));
        onClose();
      },
    }),
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('invitation.new')}
      description={t('invitation.new_text')}
    >
      <form onSubmit={(event) => void send(event)} className="contents" noValidate>
        <DialogBody>
          <Refused error={restOf(invite.error, FIELDS)} />
          <TextField
            {...register('email')}
            type="email"
            label={t('invitation.email')}
            autoComplete="off"
            error={formState.errors.email?.message}
          />
          <RoleChoices
            role={watch('role')}
            own={watch('roles')}
            onRole={(role) => setValue('role', role)}
            onOwn={(roles) => setValue('roles', roles)}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={invite.isPending}>
            <Send aria-hidden />
            {t('invitation.send')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
