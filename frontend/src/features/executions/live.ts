import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { readGrowth } from '@/engine/growth';
import { type Hint, placeOfHint, readHint } from '@/engine/hints';
import { listen } from '@/lib/socket';
import { executionKeys } from './api';
import { forgetTexts, grow } from './growing';
import { type Execution, isFinal, isStatus } from './types';

const REREAD_MS = 400;

/** What a hint changes at once: statuses. Outputs and times come with the next read. */
function applyHint(execution: Execution, hint: Hint): Execution {
  const place = placeOfHint(execution.seq, hint);
  if (place === 'old' || isFinal(execution.status) || !isStatus(hint.status)) return execution;
  const news = new Map(hint.steps.map((step) => [`${step.scope}/${step.node_id}`, step.status]));
  return {
    ...execution,
    // After a gap the number stays: what was missed is only known once the API has been read.
    seq: place === 'next' ? hint.seq : execution.seq,
    // The end is shown together with its output, never before it.
    status: isFinal(hint.status) ? execution.status : hint.status,
    steps: execution.steps.map((step) => {
      const status = news.get(`${step.scope}/${step.node_id}`);
      return status === undefined ? step : { ...step, status };
    }),
  };
}

interface Rereader {
  now: () => void;
  soon: () => void;
  stop: () => void;
}

/** Collects wishes to read again: `now` reads at once, `soon` within 0.4 s however often it is called. */
function makeRereader(read: () => void): Rereader {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const now = (): void => {
    stop();
    read();
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, REREAD_MS);
    },
    stop,
  };
}

/** Follows an execution by its socket until it ends: hints are shown at once, and the API is read after them. */
export function useLiveExecution(id: string, isOn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn) return undefined;
    const key = executionKeys.one(id);
    const reread = makeRereader(() => void client.invalidateQueries({ queryKey: key }));
    const stop = listen(`/ws/executions/${id}`, {
      // Between the page's first read and the socket's opening something may have happened, so read in any case.
      onOpen: reread.now,
      onMessage: (message) => {
        const growth = readGrowth(message);
        if (growth?.execution === id) grow(growth);
        const hint = readHint(message);
        if (hint?.execution !== id) return;
        client.setQueryData<Execution>(key, (known) => known && applyHint(known, hint));
        if (isFinal(hint.status)) reread.now();
        else reread.soon();
      },
    });
    return () => {
      reread.stop();
      stop();
      forgetTexts(id);
    };
  }, [client, id, isOn]);
}

/** Hears when any execution of the tenant starts or ends, and has the lists read again. */
export function useTenantNews(isOn = true): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn) return undefined;
    const reread = makeRereader(
      () => void client.invalidateQueries({ queryKey: executionKeys.fresh }),
    );
    const stop = listen('/ws/executions', {
      onOpen: (isAgain) => {
        if (isAgain) reread.now();
      },
      onMessage: (message) => {
        if (readHint(message) !== null) reread.soon();
      },
    });
    return () => {
      reread.stop();
      stop();
    };
  }, [client, isOn]);
}
