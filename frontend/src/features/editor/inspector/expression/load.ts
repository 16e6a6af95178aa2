import { useState } from 'react';

export type Mount = typeof import('./mount').mount;

let loaded: Mount | null = null;

/** Fetches the editor of expressions once; until it is here, and where it cannot be had, a plain text area stands in. */
export function useMount(): { mount: Mount | null; load: () => void } {
  const [mount, setMount] = useState(() => loaded);
  const load = (): void => {
    if (mount !== null) return;
    if (loaded !== null) {
      setMount(() => loaded);
      return;
    }
    import('./mount').then(
      ({ mount: found }) => {
        loaded = found;
        setMount(() => found);
      },
      () => undefined,
    );
  };
  return { mount, load };
}
