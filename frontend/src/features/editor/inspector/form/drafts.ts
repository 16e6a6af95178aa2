import { useEffect, useState } from 'react';
import { sameJson } from '@/engine/json';
import type { Place } from '../model/places';
import { useForm } from './form';

/** Text that is no value yet, and the value that stood there when it was written. */
interface Draft {
  text: string;
  value: unknown;
}

/** Half-written texts outlive their field, so that looking at another node loses none; the document never has them. */
const kept = new Map<string, Draft>();

const isSame = (one: unknown, other: unknown): boolean => sameJson(one ?? null, other ?? null);

/** The text of a field whose value is read from it. A change from elsewhere, such as undo, takes the draft's place. */
export function useDraft(
  place: Place,
  value: unknown,
): {
  text: string | null;
  /** `next`: the value that the document has now; a text that gives none is kept for later. */
  write: (text: string, next: unknown, isValue: boolean) => void;
  drop: () => void;
} {
  const { workflowId, nodeId } = useForm();
  const key = JSON.stringify([workflowId, nodeId, place]);
  const [held, setHeld] = useState<{ key: string; draft: Draft | null }>({
    key,
    draft: kept.get(key) ?? null,
  });
  const draft = held.key === key ? held.draft : (kept.get(key) ?? null);
  const isOld = draft !== null && !isSame(draft.value, value);
  if (held.key !== key || isOld) setHeld({ key, draft: isOld ? null : draft });
  useEffect(() => {
    if (isOld) kept.delete(key);
  }, [isOld, key]);
  return {
    text: isOld ? null : (draft?.text ?? null),
    write: (text, next, isValue) => {
      const written = { text, value: next };
      if (isValue) kept.delete(key);
      else kept.set(key, written);
      setHeld({ key, draft: written });
    },
    drop: () => {
      kept.delete(key);
      setHeld({ key, draft: null });
    },
  };
}
