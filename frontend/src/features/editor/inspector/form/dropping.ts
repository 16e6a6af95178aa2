import { type RefCallback, useCallback, useEffect, useRef } from 'react';
import type { Path } from '../model/paths';
import { droppedPath, mayHoldPath } from './target';

/** Lets a path be dropped anywhere on an element; null: nothing is taken. What lies inside of it takes its own first. */
export function useDropping(take: ((path: Path) => void) | null): RefCallback<HTMLElement> {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  return useCallback((element: HTMLElement) => {
    const over = (event: DragEvent): void => {
      if (latest.current !== null && event.dataTransfer !== null && mayHoldPath(event.dataTransfer))
        event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (latest.current === null || event.dataTransfer === null || event.defaultPrevented) return;
      const path = droppedPath(event.dataTransfer);
      if (path === null) return;
      event.preventDefault();
      latest.current(path);
    };
    element.addEventListener('dragover', over);
    element.addEventListener('drop', drop);
    return () => {
      element.removeEventListener('dragover', over);
      element.removeEventListener('drop', drop);
    };
  }, []);
}
