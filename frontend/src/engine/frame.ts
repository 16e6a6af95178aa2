import { CARD_HEIGHT, CARD_WIDTH, type Positions } from './positions';

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const PADDING = 20;
/** Room for the title, above the cards. */
const HEAD = 28;

/** Where the frame of a group stands: around its cards. Null: none of its nodes is there. */
export function frameOf(nodeIds: readonly string[], positions: Positions): Frame | null {
  const places = nodeIds.flatMap((id) => positions.get(id) ?? []);
  if (places.length === 0) return null;
  const left = Math.min(...places.map(({ x }) => x)) - PADDING;
  const top = Math.min(...places.map(({ y }) => y)) - PADDING - HEAD;
  const right = Math.max(...places.map(({ x }) => x)) + CARD_WIDTH + PADDING;
  const bottom = Math.max(...places.map(({ y }) => y)) + CARD_HEIGHT + PADDING;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
