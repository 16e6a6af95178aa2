import { useEffect, useState } from 'react';

const PAUSE_MS = 200;

/** What was typed, once nothing more has been typed for a moment; an emptied field is empty at once. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return text === '' ? '' : settled;
}
