import { ChevronDown, ChevronUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/lib/keys';
import { memory } from '@/lib/storage';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import { DifferenceList } from './difference-list';
import { countOf, type Section } from './sections';
import { SideBySide } from './side-by-side';

type View = 'differences' | 'whole';

/** Leads to the row before or after; what is looked at there first is its last or its first difference. */
export type Step = (by: 1 | -1) => void;

interface DetailProps {
  title: ReactNode;
  /** What neither value says: who alone has the node, what has not been read. */
  note: string | null;
  ids: readonly [string, string];
  /** Undefined while the data are on their way. */
  sections: readonly Section[] | undefined;
  error: Error | null;
  onRetry: () => void;
  /** It was come to from below, so its last difference is looked at first. */
  isFromBelow: boolean;
  onRow: Step;
}

/** What one node was given and gave in both executions, and the way from difference to difference. */
export function Detail(props: DetailProps) {
  const { title, note, ids, sections, error, onRetry, isFromBelow, onRow } = props;
  const { t } = useTranslation('compare');
  const [view, setView] = useState<View>(
    memory.get('compare-view') === 'whole' ? 'whole' : 'differences',
  );
  const [moved, setMoved] = useState<number | null>(null);
  const count = view === 'differences' && sections !== undefined ? countOf(sections) : 0;
  const at = moved ?? (isFromBelow ? count - 1 : -1);
  const step = (by: 1 | -1): void => {
    const next = at + by;
    if (next >= 0 && next < count) setMoved(next);
    else onRow(by);
  };
  useShortcut('next_row', () => step(1));
  useShortcut('previous_row', () => step(-1));
  const choose = (next: View): void => {
    memory.set('compare-view', next);
    setView(next);
  };
  return (
    <div className="@container flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-1.5">
        {title}
        <span className="-mr-1.5 ml-auto flex items-center gap-1.5">
          <Segmented
            label={t('view')}
            value={view}
            onChoose={choose}
            options={[
              { value: 'differences', label: t('view_differences') },
              { value: 'whole', label: t('view_whole') },
            ]}
          />
          <Button look="quiet" size="icon-sm" aria-label={t('previous')} onClick={() => step(-1)}>
            <ChevronUp aria-hidden />
          </Button>
          <Button look="quiet" size="icon-sm" aria-label={t('next')} onClick={() => step(1)}>
            <ChevronDown aria-hidden />
          </Button>
        </span>
      </header>
      {note !== null && (
        <p className="shrink-0 border-line border-b bg-sunken px-4 py-1.5 text-fg-2 text-xs">
          {note}
        </p>
      )}
      {sections !== undefined && view === 'whole' ? (
        <SideBySide ids={ids} sections={sections} />
      ) : (
        <div
          className="min-h-0 flex-1 overflow-y-auto"
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
          tabIndex={0}
          role="region"
          aria-label={t('view_differences')}
        >
          {error !== null && <Failure error={error} onRetry={onRetry} />}
          {error === null && sections === undefined && (
            <div aria-busy className="flex flex-col gap-4 p-4">
              {['w-56', 'w-72', 'w-64'].map((width) => (
                <Skeleton key={width} className={width} />
              ))}
            </div>
          )}
          {sections !== undefined && <DifferenceList sections={sections} at={at} />}
        </div>
      )}
    </div>
  );
}
