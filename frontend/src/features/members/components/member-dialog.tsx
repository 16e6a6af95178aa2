import { Info, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { facts } from '@/lib/facts';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { ConfirmByName } from '@/ui/confirm-by-name';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Disclosure } from '@/ui/disclosure';
import { Refused } from '@/ui/form-error';
import { type Member, useChangeMember, useRemoveMember } from '../api';
import { useAsker, useHeld } from '../hooks';
import { whyNotTouch } from '../rules';
import { usePermissionWords, useWhyNot } from '../words';
import { RoleChoices } from './role-choices';

const nameOf = ({ name, email }: Member): string => (name === '' ? email : name);

/** Everything that a member may, put together from all of their roles. */
function May({ name, permissions }: { name: string; permissions: readonly string[] }) {
  const { t } = useTranslation('members');
  const words = usePermissionWords();
  return (
    <Disclosure
      summary={
        <>
          {t('member.may', { name })}
          <span className="text-fg-3">{t('member.may_count', { count: permissions.length })}</span>
        </>
      }
    >
      <ul className="mt-2 grid gap-x-4 gap-y-1 pl-5 text-fg-2 text-xs sm:grid-cols-2">
        {permissions.map((one) => (
          <li key={one}>{words(one)}</li>
        ))}
      </ul>
    </Disclosure>
  );
}

interface RemoveProps {
  member: Member;
  onClose: () => void;
  onGone: () => void;
}

function Remove({ member, onClose, onGone }: RemoveProps) {
  const { t } = useTranslation('members');
  const remove = useRemoveMember(member.id);
  const name = nameOf(member);
  return (
    <ConfirmByName
      title={t('remove.title', { name })}
      text={t('remove.text')}
      name={member.email}
      label={t('remove.ask', { email: member.email })}
      wrong={t('remove.wrong')}
      submit={t('remove.submit')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            tell.done(t('remove.done', { name }));
            onGone();
          },
        })
      }
      onClose={onClose}
    />
  );
}

interface MemberDialogProps {
  member: Member;
  /** How many owners the tenant has. */
  owners: number;
  onClose: () => void;
}

/** What a member is and may. Who may not change it reads why. */
export default function MemberDialog({ member, owners, onClose }: MemberDialogProps) {
  const { t } = useTranslation(['members', 'common']);
  const asker = useAsker();
  const held = useHeld();
  const { named } = useWhyNot();
  const change = useChangeMember(member.id);
  const [role, setRole] = useState(member.role);
  const [own, setOwn] = useState(member.roles.map(({ id }) => id));
  const [isRemoving, setRemoving] = useState(false);
  const name = nameOf(member);
  const mine = held.ofMember(member);
  const refusal = whyNotTouch(asker, member, mine, owners);
  const why = refusal === null ? undefined : t(`why.${refusal}`, { permissions: named(mine) });
  if (isRemoving)
    return <Remove member={member} onClose={() => setRemoving(false)} onGone={onClose} />;
  const before = member.roles.map(({ id }) => id);
  const isOwnChanged = own.length !== before.length || own.some((id) => !before.includes(id));
  const save = (): void =>
    change.mutate(
      // Of what nobody touched nothing is said: somebody else may have changed it meanwhile.
      { ...(role === member.role ? {} : { role }), ...(isOwnChanged ? { roles: own } : {}) },
      {
        onSuccess: () => {
          tell.done(t('member.saved', { name }));
          onClose();
        },
      },
    );
  return (
    <Dialog isOpen onClose={onClose} title={name} description={member.email}>
      <DialogBody>
        <Refused error={change.error} />
        {why !== undefined && (
          <p className="flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-fg-2">
            <Info className="mt-0.5 size-4 shrink-0 text-fg-3" aria-hidden />
            {why}
          </p>
        )}
        <RoleChoices role={role} own={own} why={why} onRole={setRole} onOwn={setOwn} />
        <May name={name} permissions={mine} />
      </DialogBody>
      <DialogActions>
        <Button look="danger" className="mr-auto" why={why} onClick={() => setRemoving(true)}>
          <UserMinus aria-hidden />
          {t('member.remove', { tenant: facts.tenant?.name ?? t('common:product') })}
        </Button>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" why={why} isBusy={change.isPending} onClick={save}>
          {t('member.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
