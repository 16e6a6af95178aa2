import { CARD_HEIGHT, CARD_WIDTH, type Positions } from '../positions';
import { notePointer, notesOf } from './frames';
import { nodeIds } from './ids';
import { nodesOf, type Operation, placeOf, type RawDocument } from './operations';

export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Box extends Place {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** Between two cards side by side. */
export const GAP_ALONG = 64;
const GAP_ACROSS = 40;

/** Everything that has a place on the canvas, or those of it that are selected. */
function boxesOf(document: RawDocument, ids?: ReadonlySet<string>): Box[] {
  const cards = nodesOf(document).flatMap((node): Box[] => {
    const place = placeOf(node);
    const size = { width: CARD_WIDTH, height: CARD_HEIGHT };
    return place === null ? [] : [{ id: node.id, ...place, ...size }];
  });
  const boxes = [...cards, ...notesOf(document)];
  return ids === undefined ? boxes : boxes.filter(({ id }) => ids.has(id));
}

function movedTo(document: RawDocument, places: ReadonlyMap<string, Place>): Operation[] {
  const notes = new Set(notesOf(document).map(({ id }) => id));
  const nodes = nodeIds(document);
  const was = new Map(boxesOf(document).map((box) => [box.id, box]));
  return [...places].flatMap(([id, { x, y }]): Operation[] => {
    const before = was.get(id);
    if (before?.x === x && before.y === y) return [];
    if (nodes.has(id)) return [{ op: 'node.move', id, x, y }];
    if (!notes.has(id)) return [];
    return [{ op: 'meta.patch', set: { [notePointer(id, 'x')]: x, [notePointer(id, 'y')]: y } }];
  });
}

/** Moves what is selected, nodes and notes, by as much. */
export function nudged(document: RawDocument, ids: ReadonlySet<string>, by: Place): Operation[] {
  const places = boxesOf(document, ids).map(({ id, x, y }): [string, Place] => [
    id,
    { x: x + by.x, y: y + by.y },
  ]);
  return movedTo(document, new Map(places));
}

/** `across`, `down`: the same gap between each two. */
export type Alignment =
  | 'left'
  | 'center'
  | 'right'
  | 'top'
  | 'middle'
  | 'bottom'
  | 'across'
  | 'down';

interface Axis {
  readonly at: 'x' | 'y';
  readonly size: 'width' | 'height';
}

const ALONG: Axis = { at: 'x', size: 'width' };
const ACROSS: Axis = { at: 'y', size: 'height' };

const edgesAt = (boxes: readonly Box[], { at, size }: Axis): { start: number; end: number } => ({
  start: Math.min(...boxes.map((box) => box[at])),
  end: Math.max(...boxes.map((box) => box[at] + box[size])),
});

function lined(boxes: readonly Box[], axis: Axis, share: number): Map<string, number> {
  const { start, end } = edgesAt(boxes, axis);
  return new Map(
    boxes.map((box) => [box.id, Math.round(start + (end - start - box[axis.size]) * share)]),
  );
}

function spread(boxes: readonly Box[], axis: Axis): Map<string, number> {
  const sorted = boxes.toSorted((one, other) => one[axis.at] - other[axis.at]);
  const { start, end } = edgesAt(boxes, axis);
  const filled = boxes.reduce((sum, box) => sum + box[axis.size], 0);
  const gap = (end - start - filled) / Math.max(1, boxes.length - 1);
  let next = start;
  const places = new Map<string, number>();
  for (const box of sorted) {
    places.set(box.id, Math.round(next));
    next += box[axis.size] + gap;
  }
  return places;
}

const SHARES = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 } as const;

/** Lines up what is selected, or spreads it evenly. */
export function aligned(
  document: RawDocument,
  ids: ReadonlySet<string>,
  how: Alignment,
): Operation[] {
  const boxes = boxesOf(document, ids);
  if (boxes.length < 2) return [];
  const isAlong = how === 'left' || how === 'center' || how === 'right' || how === 'across';
  const axis = isAlong ? ALONG : ACROSS;
  const isSpread = how === 'across' || how === 'down';
  const values = isSpread ? spread(boxes, axis) : lined(boxes, axis, SHARES[how]);
  const places = boxes.map(({ id, x, y }): [string, Place] => {
    const value = values.get(id) ?? 0;
    return [id, isAlong ? { x: value, y } : { x, y: value }];
  });
  return movedTo(document, new Map(places));
}

const cornerOf = (places: readonly Place[]): Place => ({
  x: Math.min(...places.map(({ x }) => x)),
  y: Math.min(...places.map(({ y }) => y)),
});

/**
 * Moves nodes to where a layout has put them. Of a selection only its own are moved, and together they stay where they
 * were: their upper left corner does not move.
 */
export function tidied(
  document: RawDocument,
  layout: Positions,
  ids?: ReadonlySet<string>,
): Operation[] {
  const wanted = [...layout].filter(([id]) => ids === undefined || ids.has(id));
  if (wanted.length === 0) return [];
  const was = boxesOf(document, new Set(wanted.map(([id]) => id)));
  const isAnchored = ids !== undefined && was.length > 0;
  const from = cornerOf(wanted.map(([, place]) => place));
  const to = isAnchored ? cornerOf(was) : from;
  const by = { x: to.x - from.x, y: to.y - from.y };
  const places = wanted.map(([id, { x, y }]): [string, Place] => [
    id,
    { x: x + by.x, y: y + by.y },
  ]);
  return movedTo(document, new Map(places));
}

/** Gives those nodes a place that have none: that at which the screen shows them. */
export function settled(document: RawDocument, shown: Positions): Operation[] {
  return nodesOf(document).flatMap((node): Operation[] => {
    const place = placeOf(node) === null ? shown.get(node.id) : undefined;
    return place === undefined ? [] : [{ op: 'node.move', id: node.id, x: place.x, y: place.y }];
  });
}

/** The place nearest below `wanted` at which a card covers no other. */
export function freePlace(document: RawDocument, wanted: Place): Place {
  const places = nodesOf(document).flatMap((node) => placeOf(node) ?? []);
  let { y } = wanted;
  const covers = (at: Place): boolean =>
    Math.abs(at.x - wanted.x) < CARD_WIDTH + GAP_ACROSS / 2 &&
    Math.abs(at.y - y) < CARD_HEIGHT + GAP_ACROSS / 2;
  while (places.some(covers)) y += CARD_HEIGHT + GAP_ACROSS;
  return { x: wanted.x, y };
}
