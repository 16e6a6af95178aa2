import { CircleAlert, CircleCheck, Ellipsis, KeyRound, PencilLine, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cn } from '@/lib/cn';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import type { Matter } from '../attention';
import { Card } from './card';

const LOOKS = {
  failed: { icon: CircleAlert, look: 'bg-bad-soft text-bad' },
  approval: { icon: UserCheck, look: 'bg-warn-soft text-warn' },
  credential: { icon: KeyRound, look: 'bg-warn-soft text-warn' },
  draft: { icon: PencilLine, look: 'bg-sunken text-fg-2' },
  more: { icon: Ellipsis, look: 'bg-sunken text-fg-2' },
} as const;

const SHOWN = 6;

export const Waiting = () => (
  <div aria-busy className="flex flex-col gap-5 p-4">
    {['w-56', 'w-40', 'w-48'].map((width) => (
      <Skeleton key={width} className={width} />
    ))}
  </div>
);

function Line({ matter }: { matter: Matter }) {
  const { icon: Icon, look } = LOOKS[matter.kind];
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        to={matter.to}
        className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className={cn('grid size-8 shrink-0 place-items-center rounded-md', look)}>
          <Icon className="size-4" aria-hidden />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium" title={matter.title}>
            {matter.title}
          </span>
          <span className="block truncate text-fg-2 text-xs">{matter.why}</span>
        </span>
        {matter.at !== null && <TimeAgo at={matter.at} className="shrink-0 text-fg-3 text-xs" />}
      </Link>
    </li>
  );
}

/** What waits for a person, the most pressing first; null while it is not known. */
export function NeedsYou({ matters }: { matters: readonly Matter[] | null }) {
  const { t } = useTranslation('home');
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? matters : matters?.slice(0, SHOWN);
  return (
    <Card title={t('needs.title')} count={matters?.length}>
      {matters === null && <Waiting />}
      {matters?.length === 0 && (
        <p className="flex items-center gap-2 px-4 py-5 text-fg-2">
          <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
          {t('needs.nothing')}
        </p>
      )}
      <ul>
        {shown?.map((matter) => (
          <Line key={matter.key} matter={matter} />
        ))}
      </ul>
      {matters !== null && matters.length > SHOWN && !isWhole && (
        <button
          type="button"
          className="min-h-9 w-full border-line border-t text-accent text-xs hover:bg-hover"
          onClick={() => setWhole(true)}
        >
          {t('needs.more', { count: matters.length - SHOWN })}
        </button>
      )}
    </Card>
  );
}
