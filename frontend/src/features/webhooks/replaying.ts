import { useEffect, useRef, useState } from 'react';
import { useReplay } from './events';

interface Outcome {
  started: string[];
  known: number;
  filtered: number;
}

const NONE: Outcome = { started: [], known: 0, filtered: 0 };

/**
 * Replays events one after the other, so that their executions begin in the order in which they arrived. Where one fails
 * it stops; going on begins with that one, and under its key nothing starts twice. Leaving the page ends it after the one
 * that is under way.
 */
export function useReplayAll(ids: readonly string[]) {
  const { mutateAsync } = useReplay();
  const [done, setDone] = useState(0);
  const [outcome, setOutcome] = useState(NONE);
  const [error, setError] = useState<Error | null>(null);
  const [isRunning, setRunning] = useState(false);
  const oldestFirst = [...ids].sort();
  // Whoever closes this wants no more of them to start.
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);

  const run = async (appliesFilters: boolean): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      for (const [index, id] of oldestFirst.entries()) {
        if (index < done) continue;
        if (isLeft.current) return;
        const changes = appliesFilters ? { apply_filters: true } : {};
        const { execution_id: started, duplicate: isKnown } = await mutateAsync({ id, changes });
        setDone(index + 1);
        setOutcome((now) => ({
          started:
            started === undefined || isKnown === true ? now.started : [...now.started, started],
          known: now.known + (isKnown === true ? 1 : 0),
          filtered: now.filtered + (started === undefined ? 1 : 0),
        }));
      }
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setRunning(false);
    }
  };

  return { run, done, outcome, error, isRunning, isOver: done === ids.length };
}
