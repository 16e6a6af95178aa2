import type { SchemaWishShown } from '@/generated/api';
import type { World } from '../src/testing/world.ts';

const STEP = 20;
const STEP_MS = 1_000;

/** Carries a wish out as workers do: some at a time, two of them refused, until it is done or stopped. */
export function fulfil(world: World, { id }: SchemaWishShown): void {
  const step = setInterval(() => {
    const wish = world.wishes.find((one) => one.id === id);
    if (wish?.status !== 'running') {
      clearInterval(step);
      return;
    }
    const done = Math.min(wish.done + STEP, wish.expected);
    const isOver = done === wish.expected;
    const refused = isOver && done > 2 ? 2 : 0;
    const next: SchemaWishShown = {
      ...wish,
      done: done - refused,
      status: isOver ? 'completed' : 'running',
      ended_at: isOver ? new Date().toISOString() : null,
      refused:
        refused === 0
          ? []
          : [
              {
                code: 'still_running',
                count: refused,
                message: 'The execution that has called this one still runs.',
              },
            ],
    };
    world.wishes = world.wishes.map((one) => (one === wish ? next : one));
  }, STEP_MS);
}
