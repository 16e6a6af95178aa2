import { useState } from 'react';
import { readJson } from '@/engine/json';
import type { Place } from '../model/places';
import { useSlot } from './form';

export interface TextOrJson {
  isText: boolean;
  /** Null: the text is no JSON, so it would be lost. */
  toggle: (() => void) | null;
}

/** A value that may be any JSON is written as a text with expressions, or as JSON; each can become the other. */
export function useTextOrJson(
  place: Place,
  value: unknown,
  label: string,
  prefersText: boolean,
): TextOrJson {
  const slot = useSlot(place, label, 'chosen');
  const [chosen, setChosen] = useState<boolean | null>(null);
  if (typeof value === 'string' && value !== '') {
    const read = readJson(value);
    const becomeJson = (): void => {
      setChosen(false);
      if (read.ok) slot.set(read.value);
    };
    return { isText: true, toggle: read.ok && typeof read.value !== 'string' ? becomeJson : null };
  }
  if (value === undefined || value === '') {
    const isText = chosen ?? prefersText;
    return { isText, toggle: () => setChosen(!isText) };
  }
  return {
    isText: false,
    toggle: () => {
      setChosen(true);
      slot.set(JSON.stringify(value, null, typeof value === 'object' ? 2 : 0));
    },
  };
}
