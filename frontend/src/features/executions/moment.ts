import { useEffect, useState } from 'react';
import { type Execution, isFinal, type Step } from './types';

/** However long it took, all of it is played in so many milliseconds. */
const PLAY_MS = 6_000;

export interface Moment {
  /** Milliseconds since its start; null: its end, as it is. */
  at: number | null;
  /** How long it took; null: it has not ended, or never began. */
  length: number | null;
  isPlaying: boolean;
  go: (at: number) => void;
  play: () => void;
  stop: () => void;
}

function lengthOf({ status, started_at: start, ended_at: end }: Execution): number | null {
  if (!isFinal(status) || start === null || end === null) return null;
  return Math.max(1, Date.parse(end) - Date.parse(start));
}

/** The instant at which a finished execution is looked at. */
export function useMoment(execution: Execution): Moment {
  const length = lengthOf(execution);
  const [at, setAt] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying || length === null) return undefined;
    let last = performance.now();
    let frame = 0;
    const draw = (now: number): void => {
      const by = ((now - last) / PLAY_MS) * length;
      last = now;
      setAt((old) => {
        const next = (old ?? 0) + by;
        return next >= length ? null : next;
      });
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, length]);
  // It stops at its end.
  if (isPlaying && at === null) setPlaying(false);
  return {
    at,
    length,
    isPlaying,
    go: (next) => {
      setPlaying(false);
      setAt(length !== null && next >= length ? null : next);
    },
    play: () => {
      setAt(at ?? 0);
      setPlaying(true);
    },
    stop: () => setPlaying(false),
  };
}

/** The steps as they stood at an instant: what had not begun is left out, what had not ended runs. */
export function stepsAt(steps: readonly Step[], at: number): Step[] {
  return steps.flatMap((step): Step[] => {
    // What was skipped began never; it is known from when it was recorded, or only at the end.
    const begun = step.started_at ?? step.ended_at;
    if (begun === null || Date.parse(begun) > at) return [];
    const isOver = step.ended_at !== null && Date.parse(step.ended_at) <= at;
    return isOver ? [step] : [{ ...step, status: 'running', port: '', ended_at: null }];
  });
}
