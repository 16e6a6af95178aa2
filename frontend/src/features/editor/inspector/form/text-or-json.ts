import { useState } from 'react';
import { readJson } from '@/engine/json';
import type { Place } from '../model/places';
import { useSlot } from './form';

export interface TextOrJson {
  isText: boolean;
  /** Somebody writes JSON at this moment: whatever it is on the way, its editor stays. */
  isWriting: boolean;
  onWriting: (isWriting: boolean) => void;
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
  const [isWriting, onWriting] = useState(false);
  const writing = { isWriting, onWriting };
  if (typeof value === 'string' && value !== '') {
    const read = readJson(value);
    const becomeJson = (): void => {
      setChosen(false);
      if (read.ok) slot.set(read.value);
    };
    const toggle = read.ok && typeof read.value !== 'string' ? becomeJson : null;
    return { ...writing, isText: !isWriting, toggle };
  }
  if (value === undefined || value === '') {
    const isText = (chosen ?? prefersText) && !isWriting;
    return { ...writing, isText, toggle: () => setChosen(!isText) };
  }
  return {
    ...writing,
    isText: false,
    toggle: () => {
      setChosen(true);
      slot.set(JSON.stringify(value, null, typeof value === 'object' ? 2 : 0));
    },
  };
}
