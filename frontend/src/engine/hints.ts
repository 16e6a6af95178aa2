import type { NodeStatus } from './graph';

/** One message of an execution's socket. It is a hint: the truth is what the API answers. */
export interface Hint {
  execution: string;
  /** It tells of the changes after `before`, up to and including `seq`. */
  before: number;
  seq: number;
  status: string;
  steps: readonly { node_id: string; scope: string; status: NodeStatus }[];
}

const STATUSES = new Set<string>([
  'queued',
  'running',
  'waiting',
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'unknown',
] satisfies NodeStatus[]);

const isStatus = (value: unknown): value is NodeStatus =>
  typeof value === 'string' && STATUSES.has(value);

function readSteps(value: unknown): Hint['steps'] {
  return (Array.isArray(value) ? (value as unknown[]) : []).flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const { node_id, scope, status } = one as Record<string, unknown>;
    if (typeof node_id !== 'string' || !isStatus(status)) return [];
    return [{ node_id, scope: typeof scope === 'string' ? scope : '', status }];
  });
}

/** Reads a socket message; null for anything that is no hint. */
export function readHint(message: unknown): Hint | null {
  if (typeof message !== 'object' || message === null) return null;
  const { execution, before, seq, status, steps } = message as Record<string, unknown>;
  if (typeof execution !== 'string' || typeof seq !== 'number' || typeof status !== 'string')
    return null;
  return {
    execution,
    before: typeof before === 'number' ? before : seq - 1,
    seq,
    status,
    steps: readSteps(steps),
  };
}

/** `old`: known already. `next`: nothing lies between. `gap`: something was missed, so only a re-read tells. */
export function placeOfHint(
  known: number,
  hint: { before: number; seq: number },
): 'old' | 'next' | 'gap' {
  if (hint.seq <= known) return 'old';
  return hint.before <= known ? 'next' : 'gap';
}
