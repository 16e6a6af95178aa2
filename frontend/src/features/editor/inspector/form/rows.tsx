import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';

const CONTROLS = 'input, textarea, select, button, [contenteditable=true], [tabindex="0"]';

const controlsOf = (row: Element): HTMLElement[] => [
  ...row.querySelectorAll<HTMLElement>(CONTROLS),
];

/** Moves a row, and takes the focus along: what is written in it is taken over first. */
function moveAlong(row: Element, to: number, onMove: () => void): void {
  const active = document.activeElement;
  const at = controlsOf(row).findIndex((one) => one === active);
  if (active instanceof HTMLElement) flushSync(() => active.blur());
  flushSync(onMove);
  const there = row.parentElement?.querySelectorAll(':scope > [data-row]')[to];
  const controls = there === undefined ? [] : controlsOf(there);
  const next = controls[Math.min(at, controls.length - 1)];
  // At either end of the list one of the buttons is off.
  const isOff = next?.matches(':disabled') === true;
  (isOff ? controls.findLast((one) => !one.matches(':disabled')) : next)?.focus();
}

interface RowButtonsProps {
  /** What the row is called. */
  name: string;
  index: number;
  count: number;
  onMove: ((to: number) => void) | null;
  onRemove: () => void;
}

/** Moves and removes a row; on the keyboard Alt and an arrow move it too. */
export function RowButtons({ name, index, count, onMove, onRemove }: RowButtonsProps) {
  const { t } = useTranslation('inspector');
  const move =
    (to: number) =>
    ({ currentTarget }: { currentTarget: Element }): void => {
      const row = currentTarget.closest('[data-row]');
      if (row !== null) moveAlong(row, to, () => onMove?.(to));
    };
  return (
    <span className="flex shrink-0 items-center">
      {onMove !== null && count > 1 && (
        <>
          <Button
            look="quiet"
            className="size-6 [&_svg]:size-3.5"
            size={null}
            disabled={index === 0}
            aria-label={t('row.up', { name })}
            onClick={move(index - 1)}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            look="quiet"
            className="size-6 [&_svg]:size-3.5"
            size={null}
            disabled={index === count - 1}
            aria-label={t('row.down', { name })}
            onClick={move(index + 1)}
          >
            <ArrowDown aria-hidden />
          </Button>
        </>
      )}
      <Button
        look="quiet"
        className="size-6 [&_svg]:size-3.5"
        size={null}
        aria-label={t('row.remove', { name })}
        onClick={onRemove}
      >
        <X aria-hidden />
      </Button>
    </span>
  );
}

interface MovingProps {
  index: number;
  count: number;
  onMove: (to: number) => void;
  children: ReactNode;
}

/** A row that Alt and an arrow move, from wherever in it the keyboard is. */
export function Moving({ index, count, onMove, children }: MovingProps) {
  const row = useRef<HTMLDivElement>(null);
  const latest = useRef({ index, count, onMove });
  useEffect(() => {
    latest.current = { index, count, onMove };
  });
  useEffect(() => {
    const element = row.current;
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      const to = latest.current.index + (event.key === 'ArrowUp' ? -1 : 1);
      event.preventDefault();
      event.stopPropagation();
      if (element !== null && to >= 0 && to < latest.current.count)
        moveAlong(element, to, () => latest.current.onMove(to));
    };
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  }, []);
  return (
    <div
      ref={row}
      data-row=""
      className="flex min-w-0 items-start gap-1 [&>*:first-child]:min-w-0 [&>*:first-child]:flex-1"
    >
      {children}
    </div>
  );
}

export function AddRow({ onAdd, children }: { onAdd: () => void; children: ReactNode }) {
  return (
    <Button look="quiet" size="sm" className="-ml-1.5 self-start" onClick={onAdd}>
      <Plus aria-hidden />
      {children}
    </Button>
  );
}
