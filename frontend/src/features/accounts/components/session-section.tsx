import { useTranslation } from 'react-i18next';
import { leave } from '@/lib/leave';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { FormError } from '@/ui/form-error';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { deviceOf } from '../device';
import { useEndAll, useEndSession, useSessions } from '../own';
import { Section } from './section';

/** What somebody is signed in with: by name if it is a browser, else as it calls itself. */
function Program({ agent }: { agent: string }) {
  const { t } = useTranslation('accounts');
  const device = deviceOf(agent);
  if (device !== null) return t('sessions.device', { ...device });
  return agent === '' ? t('sessions.unknown') : agent;
}

/** The browsers in which I am signed in; each ends at once, on every host. */
export function SessionSection() {
  const { t } = useTranslation('accounts');
  const { data: sessions, error } = useSessions();
  const end = useEndSession();
  const endAll = useEndAll();
  const refusal = error ?? end.error ?? endAll.error;
  return (
    <Section title={t('sessions.title')} text={t('sessions.text')}>
      {refusal !== null && <FormError>{refusal.message}</FormError>}
      {sessions === undefined && error === null && <Skeleton className="h-10" />}
      <ul className="divide-y divide-line">
        {sessions?.map((session) => (
          <li key={session.id} className="flex items-center gap-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium" title={session.user_agent}>
                <Program agent={session.user_agent} />
              </span>
              <span className="block break-words text-fg-3 text-xs">
                {session.ip} · <TimeAgo at={session.last_used_at} />
                {session.tenants.length > 0 && ` · ${session.tenants.join(', ')}`}
              </span>
            </span>
            {session.is_current ? (
              <Badge>{t('sessions.this')}</Badge>
            ) : (
              <Button
                size="sm"
                isBusy={end.isPending && end.variables === session.id}
                onClick={() => end.mutate(session.id)}
              >
                {t('sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button
        look="danger"
        className="self-start"
        isBusy={endAll.isPending}
        onClick={() => endAll.mutate(undefined, { onSuccess: () => leave.to('/sign-in') })}
      >
        {t('sessions.end_all')}
      </Button>
    </Section>
  );
}
