/** Orders of which nobody knows yet what became of them, with their Idempotency-Keys. */
const open = new Map<string, string>();

/** The Idempotency-Key of an order: the same however often it is given, until it is settled; another's is another. */
export function keyOf(order: unknown, fresh: string = crypto.randomUUID()): string {
  const name = JSON.stringify(order);
  const key = open.get(name) ?? fresh;
  open.set(name, key);
  return key;
}

/** The order has succeeded: the same words are a new order from now on. */
export function settle(order: unknown): void {
  open.delete(JSON.stringify(order));
}

/** Gives an order. One whose answer was lost, or that was given twice, starts nothing twice. */
export async function give<T>(order: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const answer = await send(keyOf(order));
  settle(order);
  return answer;
}
