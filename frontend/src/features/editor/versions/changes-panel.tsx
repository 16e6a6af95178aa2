import { ChevronDown, ChevronUp, Equal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NodePanel } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { ChangeList, Tally } from './change-list';
import type { Comparison, useSteps } from './comparison';

interface ChangesPanelProps {
  comparison: Comparison;
  steps: ReturnType<typeof useSteps>;
  /** There is something to compare with. */
  isCompared: boolean;
}

function Stepper({ comparison: { entries }, steps }: Omit<ChangesPanelProps, 'isCompared'>) {
  const { t } = useTranslation('versions');
  useShortcut('next_row', steps.next);
  useShortcut('previous_row', steps.previous);
  return (
    <div className="ml-auto flex items-center gap-1">
      {steps.at >= 0 && (
        <span className="px-1 text-fg-3 text-xs tabular-nums" role="status">
          {t('step', { at: steps.at + 1, count: entries.length })}
        </span>
      )}
      <Button size="icon-sm" look="quiet" aria-label={t('previous')} onClick={steps.previous}>
        <ChevronUp aria-hidden />
      </Button>
      <Button size="sm" onClick={steps.next}>
        <ChevronDown aria-hidden />
        {t('next')}
        <Kbd id="next_row" className="max-lg:hidden" />
      </Button>
    </div>
  );
}

/** What differs, to be read and stepped through; above it a node that was clicked although nothing about it has changed. */
export function ChangesPanel({ comparison, steps, isCompared }: ChangesPanelProps) {
  const { t } = useTranslation('versions');
  const { entries, changes, document } = comparison;
  const looked = document.nodes.find(({ id }) => id === steps.looked);
  return (
    <>
      {looked !== undefined && <NodePanel node={looked} onClose={() => steps.select(null)} />}
      <header className="sticky top-0 z-10 flex min-h-12 flex-wrap items-center gap-2 border-line border-b bg-panel px-4 py-2">
        <h2 className="font-semibold">{t('changes')}</h2>
        {entries.length > 0 && <Stepper comparison={comparison} steps={steps} />}
        {entries.length > 0 && (
          <div className="w-full">
            <Tally entries={entries} />
          </div>
        )}
      </header>
      <div className="p-2">
        {entries.length === 0 && (
          <p className="flex items-center gap-2 px-2 py-2 text-fg-2">
            <Equal className="size-4 shrink-0 text-fg-3" aria-hidden />
            {isCompared ? t('no_changes') : t('first_version')}
          </p>
        )}
        <ChangeList
          entries={entries}
          changes={changes}
          open={new Set(steps.current === null ? [] : [steps.current])}
          onToggle={steps.toggle}
        />
      </div>
    </>
  );
}
