import { newFrameId } from './ids';
import { isJsonObject, type JsonObject, type Operation, type RawDocument } from './operations';
import { pointerOf } from './pointers';

/** A text on the canvas. The engine knows nothing of it. */
export interface Note {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly color: string;
}

/** A frame with a title around nodes. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly nodeIds: readonly string[];
  readonly color: string;
  readonly isCollapsed: boolean;
}

const NOTE_WIDTH = 240;
const NOTE_HEIGHT = 120;

const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const thingsOf = (document: RawDocument, kind: 'notes' | 'groups'): [string, JsonObject][] => {
  const things = isJsonObject(document.editor) ? document.editor[kind] : undefined;
  if (!isJsonObject(things)) return [];
  return Object.entries(things).flatMap(([id, one]) =>
    isJsonObject(one) ? [[id, one] as [string, JsonObject]] : [],
  );
};

export const notesOf = (document: RawDocument): Note[] =>
  thingsOf(document, 'notes').map(([id, note]) => ({
    id,
    x: number(note.x, 0),
    y: number(note.y, 0),
    width: number(note.width, NOTE_WIDTH),
    height: number(note.height, NOTE_HEIGHT),
    text: text(note.text),
    color: text(note.color),
  }));

const idsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

export const groupsOf = (document: RawDocument): Group[] =>
  thingsOf(document, 'groups').map(([id, group]) => ({
    id,
    title: text(group.title),
    nodeIds: idsIn(group.node_ids),
    color: text(group.color),
    isCollapsed: group.collapsed === true,
  }));

export const notePointer = (id: string, ...names: readonly string[]): string =>
  pointerOf(['editor', 'notes', id, ...names]);

export const groupPointer = (id: string, ...names: readonly string[]): string =>
  pointerOf(['editor', 'groups', id, ...names]);

interface Made {
  readonly id: string;
  readonly operations: Operation[];
}

/** A new note, empty, at a place. */
export function noteAdded(place: { x: number; y: number }): Made {
  const id = newFrameId('note');
  const note = { ...place, width: NOTE_WIDTH, height: NOTE_HEIGHT, text: '' };
  return { id, operations: [{ op: 'meta.patch', set: { [notePointer(id)]: note } }] };
}

/** The least that a note may be. */
export const LEAST_NOTE = { width: 120, height: 60 };

/** Makes notes wider and taller. */
export const grown = (
  document: RawDocument,
  ids: ReadonlySet<string>,
  by: { x: number; y: number },
): Operation[] =>
  notesOf(document).flatMap(({ id, width, height }): Operation[] => {
    const wide = Math.max(LEAST_NOTE.width, width + by.x);
    const high = Math.max(LEAST_NOTE.height, height + by.y);
    if (!ids.has(id) || (wide === width && high === height)) return [];
    const set = { [notePointer(id, 'width')]: wide, [notePointer(id, 'height')]: high };
    return [{ op: 'meta.patch', set }];
  });

/** What takes nodes out of all groups; a group that is empty then goes with them. */
export function leftGroups(document: RawDocument, nodeIds: ReadonlySet<string>): Operation[] {
  return groupsOf(document).flatMap((group): Operation[] => {
    const left = group.nodeIds.filter((id) => !nodeIds.has(id));
    if (left.length === group.nodeIds.length) return [];
    if (left.length === 0) return [{ op: 'meta.patch', unset: [groupPointer(group.id)] }];
    return [{ op: 'meta.patch', set: { [groupPointer(group.id, 'node_ids')]: left } }];
  });
}

/** A frame around nodes. A node stands in one group at most, so they leave those they stood in. */
export function grouped(document: RawDocument, ids: Iterable<string>, title: string): Made {
  const nodeIds = [...ids];
  const id = newFrameId('group');
  const group = { title, node_ids: nodeIds };
  const operations: Operation[] = [
    ...leftGroups(document, new Set(nodeIds)),
    { op: 'meta.patch', set: { [groupPointer(id)]: group } },
  ];
  return { id, operations };
}

/** Takes away the frames that are selected or around selected nodes; the nodes stay. */
export function ungrouped(document: RawDocument, ids: ReadonlySet<string>): Operation[] {
  const unset = groupsOf(document)
    .filter((group) => ids.has(group.id) || group.nodeIds.some((id) => ids.has(id)))
    .map((group) => groupPointer(group.id));
  return unset.length === 0 ? [] : [{ op: 'meta.patch', unset }];
}
