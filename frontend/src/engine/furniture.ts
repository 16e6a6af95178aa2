import { CARD_HEIGHT, CARD_WIDTH, type Positions } from './positions';

/** A text on the canvas, which the engine does not read. */
export interface Note {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** Nodes within one titled frame. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly nodeIds: readonly string[];
}

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const NOTE_SIZE = { width: 240, height: 120 };
export const LEAST_NOTE = { width: 120, height: 60 };

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

const partOf = (definition: Loose, name: string): Loose => {
  const part = isObject(definition.editor) ? definition.editor[name] : undefined;
  return isObject(part) ? part : {};
};

const readNotes = new WeakMap<Loose, Note>();

/** The notes of a document; what has not changed is the same object again. */
export const notesOf = (definition: Loose): Note[] =>
  Object.entries(partOf(definition, 'notes')).flatMap(([id, value]) => {
    if (!isObject(value)) return [];
    const known = readNotes.get(value);
    if (known?.id === id) return [known];
    const note = {
      id,
      x: number(value.x, 0),
      y: number(value.y, 0),
      width: Math.max(LEAST_NOTE.width, number(value.width, NOTE_SIZE.width)),
      height: Math.max(LEAST_NOTE.height, number(value.height, NOTE_SIZE.height)),
      text: text(value.text),
    };
    readNotes.set(value, note);
    return [note];
  });

const readGroups = new WeakMap<Loose, Group>();

/** The groups of a document; what has not changed is the same object again. */
export const groupsOf = (definition: Loose): Group[] =>
  Object.entries(partOf(definition, 'groups')).flatMap(([id, value]) => {
    if (!isObject(value)) return [];
    const known = readGroups.get(value);
    if (known?.id === id) return [known];
    const ids = Array.isArray(value.node_ids) ? (value.node_ids as unknown[]) : [];
    const nodeIds = ids.filter((one): one is string => typeof one === 'string');
    const group = { id, title: text(value.title), nodeIds };
    readGroups.set(value, group);
    return [group];
  });

const PADDING = 20;
/** Room for the title, above the cards. */
const HEAD = 28;

/** Where the frame of a group stands: around its cards. Null: none of its nodes is there. */
export function frameOf(group: Group, positions: Positions): Frame | null {
  const places = group.nodeIds.flatMap((id) => positions.get(id) ?? []);
  if (places.length === 0) return null;
  const left = Math.min(...places.map(({ x }) => x)) - PADDING;
  const top = Math.min(...places.map(({ y }) => y)) - PADDING - HEAD;
  const right = Math.max(...places.map(({ x }) => x)) + CARD_WIDTH + PADDING;
  const bottom = Math.max(...places.map(({ y }) => y)) + CARD_HEIGHT + PADDING;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
