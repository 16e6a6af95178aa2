import { UserCog } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndActing, useMe } from '@/features/accounts/facade';
import { facts } from '@/lib/facts';
import { clockTime } from '@/lib/format';
import { leave } from '@/lib/leave';
import { Button } from '@/ui/button';

const atTheDesk = (): string => `${facts.public_url}/admin/`;

/** Over every page while an operator acts as a member: as whom, until when, and the way out. */
export function ActingBanner() {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const end = useEndActing();
  const until = me?.acting?.until;
  useEffect(() => {
    if (until === undefined) return;
    const timer = setTimeout(
      () => leave.to(atTheDesk()),
      Math.max(0, Date.parse(until) - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [until]);
  if (me?.acting == null) return null;
  return (
    <section
      aria-label={t('acting.label')}
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-warn/40 border-b bg-warn-soft px-3 py-1.5 text-fg"
    >
      <UserCog className="size-4 shrink-0 text-warn" aria-hidden />
      <p className="min-w-0 flex-1 break-words">
        {t('acting.says', {
          operator: me.acting.email,
          member: me.email,
          until: clockTime(me.acting.until, i18n.language),
        })}
      </p>
      <Button
        size="sm"
        disabled={end.isPending}
        onClick={() => end.mutate(undefined, { onSettled: () => leave.to(atTheDesk()) })}
      >
        {t('acting.end')}
      </Button>
    </section>
  );
}
