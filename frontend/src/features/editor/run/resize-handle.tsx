import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LEAST, MOST, run, USUAL, useRun } from './store';

const STEP = 20;

/** The panel's upper edge: dragged, or moved by arrows; a double click makes it as high as it was at first. */
export function ResizeHandle() {
  const { t } = useTranslation('run');
  const height = useRun((state) => state.height);
  const from = useRef<{ y: number; height: number } | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to: Readonly<Record<string, number>> = {
      ArrowUp: height + STEP,
      ArrowDown: height - STEP,
      Home: LEAST,
      End: MOST,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run.resize(next);
  };
  const onPointerDown = (event: PointerEvent): void => {
    from.current = { y: event.clientY, height };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = ({ clientY }: PointerEvent): void => {
    if (from.current !== null) run.resize(from.current.height + from.current.y - clientY);
  };
  const onPointerUp = (): void => {
    from.current = null;
  };
  return (
    <div
      role="slider"
      aria-label={t('panel.resize')}
      aria-orientation="vertical"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={height}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onDoubleClick={() => run.resize(USUAL)}
      className="-top-1 absolute inset-x-0 z-10 h-2 cursor-row-resize touch-none hover:bg-accent/30 focus-visible:bg-accent/40 focus-visible:-outline-offset-2"
    />
  );
}
