import type { Operation } from '@/engine/edits/operations';
import { isIdle, type Queue } from '@/engine/edits/queue';
import { memory } from '@/lib/storage';

/** Edits that the server had not confirmed when they were written down. */
export interface Kept {
  readonly at: number;
  /** What was on its way may have arrived: then the server has a batch of this id. */
  readonly flight: {
    readonly revision: number;
    readonly batchId: string;
    readonly operations: readonly Operation[];
  } | null;
  readonly waiting: readonly Operation[];
}

/** Where the edits of one tab are kept, and those that tabs have left behind that are closed by now. */
export interface Keeper {
  keep(queue: Queue): void;
  /** Hands out what was left behind, one tab's after the other's; it is forgotten once it was taken. */
  leftBehind(take: (kept: Kept) => Promise<void>): Promise<void>;
  /** Says that the tab is open, until `close`. */
  open(): void;
  close(): void;
}

const OLDEST_MS = 7 * 86_400_000;

const locks = (): LockManager | undefined => ('locks' in navigator ? navigator.locks : undefined);

/** Holds a name until `close`, so that other tabs see that it is in use. */
function hold(name: string): () => void {
  let free: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  locks()
    ?.request(name, () => held)
    .catch(() => undefined);
  return () => free();
}

/** Does something while nobody else holds a name; nothing where somebody does. */
async function whileFree(name: string, action: () => Promise<void>): Promise<void> {
  const manager = locks();
  if (manager === undefined) await action();
  else await manager.request(name, { ifAvailable: true }, (lock) => lock && action());
}

function readKept(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Kept | null;
    return kept !== null && Date.now() - kept.at < OLDEST_MS ? kept : null;
  } catch {
    return null;
  }
}

function keptOf({ flight, revision, pending }: Queue): Kept {
  return {
    at: Date.now(),
    flight: flight && { revision, batchId: flight.batchId, operations: flight.operations },
    waiting: pending.flatMap(({ operations }) => operations),
  };
}

/** `owner`: the tenant, the workflow and the person, so that nobody finds the edits of somebody else. */
export function keeperOf(owner: string): Keeper {
  const prefix = `unsaved.${owner}.`;
  const name = `${prefix}${Math.random().toString(36).slice(2)}`;
  let free: () => void = () => undefined;
  return {
    keep: (queue) => {
      if (isIdle(queue)) memory.forget(name);
      else memory.set(name, JSON.stringify(keptOf(queue)));
    },
    leftBehind: async (take) => {
      for (const one of memory.names(prefix)) {
        if (one === name) continue;
        await whileFree(one, async () => {
          const kept = readKept(memory.get(one));
          if (kept !== null) await take(kept);
          memory.forget(one);
        });
      }
    },
    open: () => {
      free = hold(name);
    },
    close: () => free(),
  };
}
