import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';

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
            onClick={() => onMove(index - 1)}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            look="quiet"
            className="size-6 [&_svg]:size-3.5"
            size={null}
            disabled={index === count - 1}
            aria-label={t('row.down', { name })}
            onClick={() => onMove(index + 1)}
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
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      const to = latest.current.index + (event.key === 'ArrowUp' ? -1 : 1);
      event.preventDefault();
      event.stopPropagation();
      if (to >= 0 && to < latest.current.count) latest.current.onMove(to);
    };
    const element = row.current;
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  }, []);
  return (
    <div
      ref={row}
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
