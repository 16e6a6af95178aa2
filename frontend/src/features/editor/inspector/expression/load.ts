import { useState } from 'react';

export type EditorModule = typeof import('./mount');

let loaded: EditorModule | null = null;

/** Fetches the editor of expressions once; until it is here, and where it cannot be had, a plain text area stands in. */
export function useEditorModule(): { module: EditorModule | null; load: () => void } {
  const [module, setModule] = useState(loaded);
  const load = (): void => {
    if (module !== null) return;
    if (loaded !== null) {
      setModule(loaded);
      return;
    }
    import('./mount').then(
      (found) => {
        loaded = found;
        setModule(found);
      },
      () => undefined,
    );
  };
  return { module, load };
}
