/** How far the text of a running step has come: its end, and how many characters all of it has. */
export interface Growth {
  execution: string;
  node_id: string;
  scope: string;
  attempt: number;
  text: string;
  length: number;
}

/** Reads a socket message; null for anything that is no growing text. */
export function readGrowth(message: unknown): Growth | null {
  if (typeof message !== 'object' || message === null) return null;
  const { execution, node_id, scope, attempt, text, length } = message as Record<string, unknown>;
  if (typeof execution !== 'string' || typeof node_id !== 'string' || typeof scope !== 'string')
    return null;
  if (typeof attempt !== 'number' || typeof text !== 'string' || typeof length !== 'number')
    return null;
  return { execution, node_id, scope, attempt, text, length };
}
