import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowDocument } from '@/engine/document';
import { passName } from '@/engine/passes';
import type { Step } from '@/features/executions/facade';
import { Button } from '@/ui/button';

interface PassPickerProps {
  document: WorkflowDocument;
  /** All runs of the node, in order. */
  runs: readonly Step[];
  step: Step;
  onChoose: (scope: string) => void;
  /** Back to all passes, on the cards too; null: no pass is chosen. */
  onAll: (() => void) | null;
}

/** Goes through the passes of a loop, all of them or only those that failed. */
export function PassPicker({ document, runs, step, onChoose, onAll }: PassPickerProps) {
  const { t } = useTranslation('run');
  const [isFailedOnly, setFailedOnly] = useState(false);
  // What is being typed need not be a pass yet.
  const [typed, setTyped] = useState<string | null>(null);
  const failed = runs.filter(({ status }) => status === 'failed');
  const offered = isFailedOnly && failed.length > 0 ? failed : runs;
  const at = offered.findIndex(({ scope }) => scope === step.scope);
  const go = (index: number): void => {
    const next = offered[index];
    if (next !== undefined) onChoose(next.scope);
  };
  const turn = (): void => {
    setFailedOnly(!isFailedOnly);
    if (!isFailedOnly && step.status !== 'failed' && failed[0] !== undefined)
      onChoose(failed[0].scope);
  };
  return (
    <fieldset className="flex items-center gap-1 text-xs">
      <legend className="sr-only">{t('passes.label')}</legend>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('passes.previous')}
        disabled={at <= 0}
        onClick={() => go(at - 1)}
      >
        <ChevronLeft aria-hidden />
      </Button>
      <input
        type="number"
        min={1}
        max={offered.length}
        aria-label={t('passes.number')}
        value={typed ?? at + 1}
        onChange={({ target }) => {
          setTyped(target.value);
          go(Number(target.value) - 1);
        }}
        onBlur={() => setTyped(null)}
        className="h-6 w-11 rounded-sm border border-line bg-bg text-center tabular-nums [appearance:textfield]"
      />
      <span className="text-fg-2 tabular-nums">/ {offered.length}</span>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('passes.next')}
        disabled={at >= offered.length - 1}
        onClick={() => go(at + 1)}
      >
        <ChevronRight aria-hidden />
      </Button>
      <span className="text-fg-3">{passName(document, step.scope)}</span>
      {failed.length > 0 && (
        <Button
          size="sm"
          look={isFailedOnly ? 'marked' : 'quiet'}
          aria-pressed={isFailedOnly}
          onClick={turn}
        >
          {t('passes.failed', { count: failed.length })}
        </Button>
      )}
      {onAll !== null && (
        <Button size="sm" look="quiet" onClick={onAll}>
          {t('passes.all')}
        </Button>
      )}
    </fieldset>
  );
}
