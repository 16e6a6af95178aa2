import { type RefObject, useEffect, useState } from 'react';

/** So many rows beyond the edge are drawn, too, and the range changes by as many: most scrolling draws nothing anew. */
const BEYOND = 12;

interface Long {
  count: number;
  rowPx: number;
  /** What stands above the rows and sticks there. */
  headPx: number;
  scroller: RefObject<HTMLElement | null>;
}

interface Window {
  /** The first row that is drawn, and the one after the last. */
  start: number;
  end: number;
  /** Scrolls no further than a row needs to be seen whole. */
  scrollTo: (index: number) => void;
}

/** Which rows of a long list are near enough to be drawn. Each is of one known height, so nothing is measured. */
export function useWindow({ count, rowPx, headPx, scroller }: Long): Window {
  const [[first, last], setRange] = useState([0, 2 * BEYOND]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const look = (): void => {
      const from = Math.floor(box.scrollTop / rowPx / BEYOND) * BEYOND;
      const to = Math.ceil((box.scrollTop + box.clientHeight) / rowPx / BEYOND) * BEYOND;
      setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', look);
    };
  }, [rowPx, scroller]);
  return {
    start: Math.min(count, Math.max(0, first - BEYOND)),
    end: Math.min(count, last + BEYOND),
    scrollTo: (index) => {
      const box = scroller.current;
      if (box === null) return;
      const top = index * rowPx;
      const bottom = headPx + top + rowPx - box.clientHeight;
      if (top < box.scrollTop) box.scrollTo({ top });
      else if (bottom > box.scrollTop) box.scrollTo({ top: bottom });
    },
  };
}
