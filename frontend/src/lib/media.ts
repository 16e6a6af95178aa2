import { useSyncExternalStore } from 'react';

/** Below it lists are drawn for a phone. */
export const PHONE = '(width < 48rem)';

/** Whether the window fits a media query, also after it has been resized. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
