import { ArrowRight, ChevronRight, Minus, PencilLine, Plus, SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { typeTitle } from '@/canvas/families';
import type { Changes, Tone } from '@/engine/changes';
import { cn } from '@/lib/cn';
import { FieldDiff } from '@/ui/field-diff';
import { type Entry, tally } from './entries';

const SIGNS = {
  added: { icon: Plus, look: 'bg-ok-soft text-ok' },
  changed: { icon: PencilLine, look: 'bg-warn-soft text-warn' },
  removed: { icon: Minus, look: 'bg-bad-soft text-bad' },
} as const;

function Sign({ tone }: { tone: Tone }) {
  const { t } = useTranslation('versions');
  const { icon: Icon, look } = SIGNS[tone];
  return (
    <span className={cn('grid size-5 shrink-0 place-items-center rounded-sm', look)}>
      <Icon className="size-3.5" aria-hidden />
      <span className="sr-only">{t(`tone.${tone}`)}</span>
    </span>
  );
}

/** "2 added, 1 changed": each word with its sign. */
export function Tally({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation('versions');
  const counts = tally(entries);
  const tones = (['added', 'changed', 'removed'] as const).filter((tone) => counts[tone] > 0);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-fg-2 text-xs tabular-nums">
      {tones.map((tone) => {
        const { icon: Icon, look } = SIGNS[tone];
        return (
          <span key={tone} className="inline-flex items-center gap-1.5">
            <span className={cn('grid size-4 place-items-center rounded-sm', look)}>
              <Icon className="size-3" aria-hidden />
            </span>
            {t(`count.${tone}`, { count: counts[tone] })}
          </span>
        );
      })}
    </p>
  );
}

interface LineProps {
  entry: Entry;
  isOpen: boolean;
  onToggle: (key: string) => void;
}

function Line({ entry, isOpen, onToggle }: LineProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  const hasFields = entry.fields.length > 0;
  return (
    <li ref={row} className="scroll-my-2">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => onToggle(entry.key)}
        className={cn(
          'flex min-h-9 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover',
          isOpen && 'bg-hover',
        )}
      >
        <Sign tone={entry.tone} />
        {entry.kind === 'edge' && (
          <ArrowRight className="size-3.5 shrink-0 text-fg-3" aria-hidden />
        )}
        {entry.kind === 'setting' && (
          <SlidersHorizontal className="size-3.5 shrink-0 text-fg-3" aria-hidden />
        )}
        <span className="min-w-0 flex-1 truncate font-medium" title={entry.title}>
          {entry.title}
        </span>
        {entry.type !== '' && (
          <span className="shrink-0 text-fg-2 text-xs">{typeTitle(entry.type)}</span>
        )}
        <ChevronRight
          className={cn(
            'size-3.5 shrink-0 text-fg-3',
            isOpen && 'rotate-90',
            !hasFields && 'invisible',
          )}
          aria-hidden
        />
      </button>
      {isOpen && hasFields && (
        <div className="flex flex-col gap-1.5 pt-1 pr-2 pb-2 pl-9">
          {entry.fields.map((change) => (
            <FieldDiff
              key={change.path.join(' ')}
              change={change}
              name={entry.kind === 'setting' ? '' : change.path.join(' › ')}
            />
          ))}
        </div>
      )}
    </li>
  );
}

interface ChangeListProps {
  entries: readonly Entry[];
  changes: Changes;
  open: ReadonlySet<string>;
  onToggle: (key: string) => void;
}

/** Every change with its places and values; what concerns only the look of the canvas in one line below. */
export function ChangeList({ entries, changes, open, onToggle }: ChangeListProps) {
  const { t } = useTranslation('versions');
  const { movedCount, hasOtherNotes } = changes;
  return (
    <>
      <ul aria-label={t('changes')} className="flex flex-col gap-0.5">
        {entries.map((entry) => (
          <Line key={entry.key} entry={entry} isOpen={open.has(entry.key)} onToggle={onToggle} />
        ))}
      </ul>
      {(movedCount > 0 || hasOtherNotes) && (
        <p className="px-2 pt-2 text-fg-3 text-xs">
          {[
            movedCount > 0 ? t('moved', { count: movedCount }) : '',
            hasOtherNotes ? t('other_notes') : '',
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      )}
    </>
  );
}
