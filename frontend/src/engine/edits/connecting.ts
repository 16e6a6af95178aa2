import { portName } from '../ports';
import { CARD_WIDTH } from '../positions';
import { freePlace, GAP_ALONG, nudged, type Place } from './arrangement';
import { newEdgeId } from './ids';
import {
  edgesOf,
  nodesOf,
  nodeWith,
  type Operation,
  placeOf,
  type RawDocument,
  type RawEdge,
  type RawNode,
} from './operations';

/** One end to another. `port`: the one that the source is left by, "" for its only one. */
export interface Wire {
  readonly source: string;
  readonly target: string;
  readonly port: string;
}

/** Why there can be no edge: the screen has a sentence for each. */
export type WireRefusal = 'same_node' | 'no_input' | 'exists' | 'cycle' | 'gone';

const portOf = (edge: RawEdge): string =>
  portName(typeof edge.sourceHandle === 'string' ? edge.sourceHandle : '');

const isTrigger = (node: RawNode): boolean => node.type.startsWith('trigger:');

/** All nodes that can be come to from one, and that one. */
export function downstreamOf(document: RawDocument, id: string): Set<string> {
  const after = new Map<string, string[]>();
  for (const { source, target } of edgesOf(document))
    after.set(source, [...(after.get(source) ?? []), target]);
  const found = new Set([id]);
  for (const here of found) for (const next of after.get(here) ?? []) found.add(next);
  return found;
}

/** All nodes from which one can be come to, and that one. */
export function upstreamOf(document: RawDocument, id: string): Set<string> {
  const before = new Map<string, string[]>();
  for (const { source, target } of edgesOf(document))
    before.set(target, [...(before.get(target) ?? []), source]);
  const found = new Set([id]);
  for (const here of found) for (const next of before.get(here) ?? []) found.add(next);
  return found;
}

/** Why a wire cannot be; null: it can. `replacing`: the edge that is led elsewhere by it. */
export function canConnect(
  document: RawDocument,
  wire: Wire,
  replacing?: string,
): WireRefusal | null {
  const target = nodeWith(document, wire.target);
  if (target === undefined || nodeWith(document, wire.source) === undefined) return 'gone';
  if (wire.source === wire.target) return 'same_node';
  if (isTrigger(target)) return 'no_input';
  const edges = edgesOf(document).filter((edge) => edge.id !== replacing);
  const isSame = (edge: RawEdge): boolean =>
    edge.source === wire.source &&
    edge.target === wire.target &&
    portOf(edge) === portName(wire.port);
  if (edges.some(isSame)) return 'exists';
  return downstreamOf({ ...document, edges }, wire.target).has(wire.source) ? 'cycle' : null;
}

/** The nodes that a wire from a port can lead to: as `canConnect` says of each, for all of them at once. */
export function targetsOf(document: RawDocument, source: string, port: string): Set<string> {
  const before = upstreamOf(document, source);
  const taken = new Set(
    edgesOf(document)
      .filter((edge) => edge.source === source && portOf(edge) === portName(port))
      .map((edge) => edge.target),
  );
  const isFree = (node: RawNode): boolean =>
    !isTrigger(node) && !before.has(node.id) && !taken.has(node.id);
  return new Set(nodesOf(document).flatMap((node) => (isFree(node) ? [node.id] : [])));
}

function edgeOf(document: RawDocument, { source, target, port }: Wire): RawEdge {
  const handle = port === '' ? {} : { sourceHandle: port };
  return { id: newEdgeId(document), source, target, ...handle };
}

export const connected = (document: RawDocument, wire: Wire): Operation[] => [
  { op: 'edge.add', edge: edgeOf(document, wire) },
];

/** Leads an edge to other ends. */
export function reconnected(id: string, { source, target, port }: Wire): Operation[] {
  const ends = { '/source': source, '/target': target };
  if (port === '') return [{ op: 'edge.patch', id, unset: ['/sourceHandle'], set: ends }];
  return [{ op: 'edge.patch', id, set: { ...ends, '/sourceHandle': port } }];
}

const standing = (node: RawNode, place: Place): RawNode => ({
  ...node,
  position: { x: place.x, y: place.y },
});

/** Puts a new node right of another one and leads an edge to it. */
export function addedAfter(
  document: RawDocument,
  node: RawNode,
  after: { readonly id: string; readonly port: string },
): Operation[] {
  const from = nodeWith(document, after.id);
  const place = (from === undefined ? null : placeOf(from)) ?? { x: 0, y: 0 };
  const wanted = { x: place.x + CARD_WIDTH + GAP_ALONG, y: place.y };
  return [
    { op: 'node.add', node: standing(node, freePlace(document, wanted)) },
    ...connected(document, { source: after.id, target: node.id, port: after.port }),
  ];
}

/** How much further right what follows must stand so that a card has room between two others. */
function lackOf(from: Place, to: Place): number {
  const room = to.x - from.x - CARD_WIDTH;
  return Math.max(0, CARD_WIDTH + 2 * GAP_ALONG - room);
}

/** What makes room between two nodes, and where a card stands in it. */
function roomBetween(
  document: RawDocument,
  edge: RawEdge,
): { place: Place; operations: Operation[] } {
  const source = nodeWith(document, edge.source);
  const target = nodeWith(document, edge.target);
  const from = source === undefined ? null : placeOf(source);
  const to = target === undefined ? null : placeOf(target);
  if (from === null || to === null) return { place: from ?? to ?? { x: 0, y: 0 }, operations: [] };
  // Where an edge goes back, nothing stands in the way.
  const lack = to.x <= from.x ? 0 : lackOf(from, to);
  const place = {
    x: Math.round((from.x + to.x + lack) / 2),
    y: Math.round((from.y + to.y) / 2),
  };
  const shifted = new Set(
    [...downstreamOf(document, edge.target)].filter((id) => {
      const node = nodeWith(document, id);
      const at = node === undefined ? null : placeOf(node);
      return at !== null && at.x >= to.x;
    }),
  );
  return { place, operations: lack === 0 ? [] : nudged(document, shifted, { x: lack, y: 0 }) };
}

/**
 * Puts a new node into an edge: that leads to it, and a new one goes on by `port`. What follows makes room. `place`:
 * where it was dropped; without it, it stands between the two.
 */
export function insertedOnEdge(
  document: RawDocument,
  edgeId: string,
  node: RawNode,
  { port = '', place }: { port?: string; place?: Place } = {},
): Operation[] {
  const edge = edgesOf(document).find(({ id }) => id === edgeId);
  if (edge === undefined || isTrigger(node)) return [];
  const room = place === undefined ? roomBetween(document, edge) : { place, operations: [] };
  return [
    ...room.operations,
    { op: 'node.add', node: standing(node, room.place) },
    ...intoEdge(document, edge, node.id, port),
  ];
}

function intoEdge(document: RawDocument, edge: RawEdge, nodeId: string, port: string): Operation[] {
  const { targetHandle } = edge;
  const onwards = edgeOf(document, { source: nodeId, target: edge.target, port });
  const into: Operation = {
    op: 'edge.patch',
    id: edge.id,
    set: { '/target': nodeId },
    ...(targetHandle === undefined ? {} : { unset: ['/targetHandle'] }),
  };
  return [
    into,
    { op: 'edge.add', edge: targetHandle === undefined ? onwards : { ...onwards, targetHandle } },
  ];
}

/** Puts a node that is there, and not connected, into an edge it was dropped on; [] where it cannot go there. */
export function movedOntoEdge(
  document: RawDocument,
  edgeId: string,
  nodeId: string,
  port = '',
): Operation[] {
  const edge = edgesOf(document).find(({ id }) => id === edgeId);
  const node = nodesOf(document).find(({ id }) => id === nodeId);
  const isLoose = edgesOf(document).every(
    ({ source, target }) => source !== nodeId && target !== nodeId,
  );
  if (edge === undefined || node === undefined || !isLoose || isTrigger(node)) return [];
  return intoEdge(document, edge, nodeId, port);
}
