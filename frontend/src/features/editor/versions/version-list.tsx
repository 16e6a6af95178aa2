import { useTranslation } from 'react-i18next';
import type { VersionRow, Workflow } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { TimeAgo } from '@/ui/time-ago';
import { useWho } from './api';
import type { Side } from './sides';

const ROW =
  'flex w-full flex-col gap-0.5 rounded-md px-3 py-2 text-left hover:bg-hover aria-[current=true]:bg-accent-soft';

interface VersionListProps {
  workflow: Workflow;
  versions: readonly VersionRow[];
  /** The draft is what is live. */
  isSame: boolean;
  show: Side;
  onShow: (side: Side) => void;
  /** Brings older ones; null: these are all. */
  onOlder: (() => void) | null;
  isLoading: boolean;
}

/** The draft, and below it every version that was published: by whom, when, and what they said about it. */
export function VersionList(props: VersionListProps) {
  const { workflow, versions, isSame, show, onShow, onOlder, isLoading } = props;
  const { t } = useTranslation('versions');
  const who = useWho();
  return (
    <ul aria-label={t('list')} className="flex flex-col gap-0.5 p-2">
      <li>
        <button
          type="button"
          aria-current={show === 'draft'}
          className={ROW}
          onClick={() => onShow('draft')}
        >
          <span className="font-medium">{t('draft')}</span>
          <span className="text-fg-3 text-xs">
            {isSame ? t('draft_same', { number: workflow.live_version }) : t('draft_hint')}
          </span>
        </button>
      </li>
      {versions.map(({ number, note, created_at, created_by }) => (
        <li key={number}>
          <button
            type="button"
            aria-current={show === number}
            className={ROW}
            onClick={() => onShow(number)}
          >
            <span className="flex items-center gap-2">
              <span className="font-medium tabular-nums">{t('version', { number })}</span>
              {number === workflow.live_version && <Badge tone="ok">{t('live')}</Badge>}
              <TimeAgo at={created_at} className="ml-auto text-fg-3 text-xs" />
            </span>
            <span className="text-fg-3 text-xs">{t('published_by', { who: who(created_by) })}</span>
            {note !== '' && (
              <span
                className={cn('line-clamp-3 whitespace-pre-line break-words text-fg-2 text-xs')}
              >
                {note}
              </span>
            )}
          </button>
        </li>
      ))}
      {versions.length === 0 && <li className="px-3 py-2 text-fg-3">{t('empty')}</li>}
      {onOlder !== null && (
        <li className="px-1 py-1">
          <Button size="sm" look="quiet" isBusy={isLoading} onClick={onOlder}>
            {t('older')}
          </Button>
        </li>
      )}
    </ul>
  );
}
