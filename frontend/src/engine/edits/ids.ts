import type { RawDocument } from './operations';
import { edgesOf, nodesOf } from './operations';

const STAMP_BYTES = 6;

/** A UUID of version 7: later ones sort higher. */
export function uuid7(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < STAMP_BYTES; index += 1)
    bytes[index] = Math.floor(now / 256 ** (STAMP_BYTES - 1 - index)) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

const LONGEST = 64;

/** What an id may be made of; anything else becomes a hyphen. */
const plain = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST - 4);

/** `wanted`, or with the first number from 2 that makes it free. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const stem = plain(wanted) || 'node';
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

export const nodeIds = (document: RawDocument): Set<string> =>
  new Set(nodesOf(document).map((node) => node.id));

/** The id of a new node of a type: `http`, then `http-2`. People read it in expressions. */
export const newNodeId = (document: RawDocument, type: string): string =>
  freeId(type.split(':').at(-1) ?? type, nodeIds(document));

/** The id of a new note or group; two people who make one at the same time get different ones. */
export const newFrameId = (kind: 'note' | 'group'): string => `${kind}-${uuid7().slice(-8)}`;

/** The id of a new edge; two people who draw one at the same time get different ones. */
export function newEdgeId(document: RawDocument): string {
  const taken = new Set(edgesOf(document).map((edge) => edge.id));
  let id = '';
  do id = `e-${uuid7().slice(-8)}`;
  while (taken.has(id));
  return id;
}
