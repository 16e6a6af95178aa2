import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * A text that is taken over when its field is left. It is taken over, too, when the field goes without being left, as it
 * does where another node is chosen by the machine, or where a note leaves the view.
 */
export function useLastWords(take: (text: string) => void): {
  write: (text: string) => void;
  /** Takes over what was written since; nothing where nothing was. */
  end: () => void;
  forget: () => void;
} {
  const written = useRef<string | null>(null);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  const end = (): void => {
    const text = written.current;
    written.current = null;
    if (text !== null) latest.current(text);
  };
  const atLast = useRef(end);
  // Before the effects of what holds the draft: where the whole page goes, that sends off what it has.
  useLayoutEffect(() => {
    const last = atLast.current;
    return () => last();
  }, []);
  return {
    write: (text) => {
      written.current = text;
    },
    end,
    forget: () => {
      written.current = null;
    },
  };
}
