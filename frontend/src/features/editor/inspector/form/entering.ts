import { useEffect, useState } from 'react';
import type { Place } from '../model/places';

let next: string | null = null;

/** What is typed at a place needs another control there: that one goes on where the old one was left. */
export function enterNext(place: Place): void {
  next = JSON.stringify(place);
}

/** Whether the control that appears at a place is to be entered at once. */
export function useIsEntered(place: Place): boolean {
  const [isEntered] = useState(() => next === JSON.stringify(place));
  useEffect(() => {
    next = null;
  }, []);
  return isEntered;
}
