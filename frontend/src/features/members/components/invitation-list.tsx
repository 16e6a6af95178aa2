import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useNow } from '@/lib/clock';
import { tell } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { ListCard } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import { type Invitation, useInvitations, useResend, useRevoke } from '../api';

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation('members');
  const resend = useResend(invitation.id);
  const revoke = useRevoke(invitation.id);
  const now = useNow();
  const { email, role, roles, invited_by: by, expires_at: end } = invitation;
  const isOver = Date.parse(end) <= now;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 truncate font-medium" title={email}>
            {email}
          </span>
          <Badge>{t(`role.${role}`)}</Badge>
          {roles.map(({ id, name }) => (
            <Badge key={id} tone="accent">
              {name}
            </Badge>
          ))}
        </p>
        <p className="mt-0.5 text-fg-3 text-xs">
          {isOver ? (
            <span className="text-warn">{t('invitation.over')}</span>
          ) : (
            <>
              {t('invitation.until')} <TimeAgo at={end} />
            </>
          )}
          {' · '}
          {t('invitation.by', { email: by })}
        </p>
      </div>
      <div className="flex gap-2">
        <Button
          size="sm"
          isBusy={resend.isPending}
          aria-label={t('invitation.resend_to', { email })}
          onClick={() =>
            resend.mutate(undefined, {
              onSuccess: () => tell.done(t('invitation.resent', { email })),
              onError: tell.failed,
            })
          }
        >
          {t('invitation.resend')}
        </Button>
        <Button
          size="sm"
          look="danger"
          isBusy={revoke.isPending}
          aria-label={t('invitation.revoke_of', { email })}
          onClick={() =>
            revoke.mutate(undefined, {
              onSuccess: () => tell.done(t('invitation.revoked', { email })),
              onError: tell.failed,
            })
          }
        >
          {t('invitation.revoke')}
        </Button>
      </div>
    </li>
  );
}

/** The links that are under way. Who may not invite reads why there are none here. */
export function InvitationList() {
  const { t } = useTranslation('members');
  const mayInvite = useMay('user.invite');
  const list = useInvitations(mayInvite);
  const all = list.data?.pages.flatMap((page) => page.results);
  return (
    <section aria-label={t('invitation.title')} className="mt-8">
      <h2 className="font-semibold text-base">{t('invitation.title')}</h2>
      <p className="mt-0.5 mb-3 text-fg-2">{t(mayInvite ? 'invitation.text' : 'why.no_invite')}</p>
      {mayInvite && (
        <ListCard
          list={list}
          all={all}
          empty={<p className="px-4 py-6 text-center text-fg-3">{t('invitation.empty')}</p>}
        >
          {(invitations) => (
            <ul aria-label={t('invitation.title')} className="divide-y divide-line">
              {invitations.map((one) => (
                <Row key={one.id} invitation={one} />
              ))}
            </ul>
          )}
        </ListCard>
      )}
    </section>
  );
}
