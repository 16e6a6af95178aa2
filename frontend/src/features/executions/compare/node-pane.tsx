import { Check, Equal } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Segmented } from '@/ui/segmented';
import type { useOutline } from './api';
import { type useLooking, WHOLE } from './looking';
import { RowHead, RowList } from './row-list';

type Outline = ReturnType<typeof useOutline>;

interface NodePaneProps {
  looking: ReturnType<typeof useLooking>;
  /** How many rows there are, shown or not. */
  count: number;
  /** The document of one of both is not known, so nothing is said of how nodes were set. */
  isUnknown: boolean;
  outlines: readonly Outline[];
  /** What of the whole executions differs. */
  ofWhole: readonly ('trigger' | 'output' | 'error')[];
}

/** The nodes of both executions: those that differ, or all. */
export function NodePane({ looking, count, isUnknown, outlines, ofWhole }: NodePaneProps) {
  const { t } = useTranslation('compare');
  const { key, visible, differing, isAll, setShown, choose } = looking;
  const scroller = useRef<HTMLDivElement>(null);
  const more = outlines.filter(({ hasNextPage }) => hasNextPage);
  return (
    <section
      aria-label={t('nodes')}
      className="flex min-h-0 flex-col border-line bg-panel max-lg:max-h-[46dvh] max-lg:shrink-0 max-lg:border-b lg:w-[52%] lg:border-r"
    >
      <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5">
        <p role="status" className="text-fg-2 text-xs tabular-nums">
          {t('summary', { count: differing.length, all: count })}
        </p>
        <Segmented
          label={t('filter')}
          className="ml-auto"
          value={isAll ? 'all' : 'differing'}
          onChoose={setShown}
          options={[
            { value: 'differing', label: t('filter_differing') },
            { value: 'all', label: t('filter_all') },
          ]}
        />
      </header>
      <RowHead />
      <button
        type="button"
        aria-pressed={key === WHOLE}
        onClick={() => choose(WHOLE)}
        className={cn(
          'flex h-9 shrink-0 items-center gap-3 border-transparent border-l-2 px-4 text-left hover:bg-hover focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft',
          ofWhole.length > 0 && 'border-l-accent',
        )}
      >
        <Equal className="size-4 shrink-0 text-fg-3" aria-hidden />
        <span className="shrink-0">{t('whole')}</span>
        <span className="ml-auto truncate text-accent text-xs">
          {ofWhole.map((part) => t(`differs.${part}`)).join(', ')}
        </span>
      </button>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {visible.length > 0 ? (
          <RowList rows={visible} selected={key} scroller={scroller} onSelect={choose} />
        ) : (
          <Notice icon={Check} tone="ok" title={t('none_title')} text={t('none')}>
            {!isAll && <Button onClick={() => setShown('all')}>{t('filter_all')}</Button>}
          </Notice>
        )}
      </div>
      {(isUnknown || more.length > 0) && (
        <footer className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-t px-4 py-1.5 text-fg-2 text-xs">
          {isUnknown && <span>{t('settings_unknown')}</span>}
          {more.length > 0 && (
            <>
              <span>{t('cut')}</span>
              <Button
                size="sm"
                isBusy={more.some(({ isFetchingNextPage }) => isFetchingNextPage)}
                onClick={() => {
                  for (const outline of more) void outline.fetchNextPage();
                }}
              >
                {t('read_more')}
              </Button>
            </>
          )}
        </footer>
      )}
    </section>
  );
}
