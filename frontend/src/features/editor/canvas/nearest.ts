import type { Positions } from '@/engine/positions';
import type { Point } from './ui';

export type Aim = 'left' | 'right' | 'up' | 'down' | 'any';

/** What lies aside counts four times, so that an arrow goes straight on where it can. */
const ASIDE = 4;

/** How far a place lies in a direction; null: it does not lie there. */
function distance(from: Point, to: Point, aim: Aim): number | null {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  if (aim === 'any') return Math.hypot(dx, dy);
  const along = { left: -dx, right: dx, up: -dy, down: dy }[aim];
  const aside = aim === 'left' || aim === 'right' ? Math.abs(dy) : Math.abs(dx);
  return along <= 0 ? null : along + ASIDE * aside;
}

/** The nearest place in a direction. */
export function nearest(places: Positions, from: Point, aim: Aim): string | null {
  let best: { id: string; far: number } | null = null;
  for (const [id, place] of places) {
    const far = distance(from, place, aim);
    if (far !== null && (best === null || far < best.far)) best = { id, far };
  }
  return best?.id ?? null;
}
