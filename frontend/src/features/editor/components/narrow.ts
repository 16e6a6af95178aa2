import { useSyncExternalStore } from 'react';

/** Below this a canvas is too small to work on; the outline stands in its place. */
const NARROW = '(max-width: 719px)';

export const isNarrow = (): boolean => matchMedia(NARROW).matches;

export const useIsNarrow = (): boolean =>
  useSyncExternalStore((onChange) => {
    const query = matchMedia(NARROW);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, isNarrow);
