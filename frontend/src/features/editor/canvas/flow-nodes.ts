import { useMemo, useState } from 'react';
import { type CardInput, makeCards } from '@/canvas/flow';
import type { CardNode } from '@/canvas/node-card';
import type { WorkflowDocument } from '@/engine/document';
import { groupsOf, notesOf } from '@/engine/edits/frames';
import { frameOf } from '@/engine/frame';
import { portName, portsOfNode } from '@/engine/ports';
import type { Positions } from '@/engine/positions';
import type { Catalogue } from '../catalogue';
import { useEditor } from '../provider';
import type { GroupNode } from './group-node';
import type { NoteNode } from './note-node';
import { type Point, useUi } from './ui';

export type FlowNode = CardNode | NoteNode | GroupNode;

/** On the canvas notes and groups have ids of their own, because a node may be called the same. */
export const NOTE = 'note:';
export const GROUP = 'group:';

/** The id that something on the canvas has in the document. */
export const ownId = (id: string): string => id.replace(/^(note|group):/, '');

/** The ports that each node's edges leave by. */
export function usedPorts(document: WorkflowDocument): ReadonlyMap<string, readonly string[]> {
  const used = new Map<string, string[]>();
  for (const edge of document.edges) {
    const port = portName(edge.port);
    const known = used.get(edge.source);
    if (known === undefined) used.set(edge.source, [port]);
    else known.push(port);
  }
  return used;
}

const NO_PORTS: readonly string[] = [];

type Shape = Pick<CardInput, 'node' | 'hasInput' | 'ports' | 'freePorts'>;

/** What of the cards follows from the document and the catalogue alone. */
function shapesOf(document: WorkflowDocument, catalogue: Catalogue): Shape[] {
  const used = usedPorts(document);
  const entered = new Set(document.edges.map((edge) => edge.target));
  return document.nodes.map((node) => {
    const taken = used.get(node.id) ?? NO_PORTS;
    const ports = portsOfNode(node, catalogue.get(node.type), taken);
    const free = ports.filter((port) => !taken.includes(port));
    return {
      node,
      hasInput: !node.type.startsWith('trigger:') || entered.has(node.id),
      ports: ports.join('\n'),
      freePorts: free.length === 0 ? null : free.join('\n'),
    };
  });
}

/** The worst problem of each node. */
function useMarks(): ReadonlyMap<string, 'error' | 'warning'> {
  const problems = useEditor((state) => state.problems);
  return useMemo(() => {
    const marks = new Map<string, 'error' | 'warning'>();
    for (const { node_id: id, severity } of problems)
      if (id !== null && marks.get(id) !== 'error')
        marks.set(id, severity === 'error' ? 'error' : 'warning');
    return marks;
  }, [problems]);
}

/** Where what is being dragged stands, by its id on the canvas. */
export type Moved = ReadonlyMap<string, Point>;

export interface Drawn {
  positions: Positions;
  moved: Moved;
  /** Nodes that cannot be chosen just now, such as those that an edge must not lead to. */
  dimmed: ReadonlySet<string>;
}

/** Those that are being dragged where they are meanwhile; all others the same objects. */
const shifted = (cards: CardNode[], moved: Moved): CardNode[] =>
  moved.size === 0
    ? cards
    : cards.map((card) => {
        const position = moved.get(card.id);
        return position === undefined ? card : { ...card, position };
      });

function useCards(catalogue: Catalogue, pinned: ReadonlySet<string>, drawn: Drawn): CardNode[] {
  const [cards] = useState(makeCards);
  const document = useEditor((state) => state.document);
  const selection = useEditor((state) => state.selection);
  const focused = useUi((state) => state.focused);
  const marks = useMarks();
  const shapes = useMemo(() => shapesOf(document, catalogue), [document, catalogue]);
  const aimed = useUi((state) => state.connecting?.to ?? null);
  const { positions, moved, dimmed } = drawn;
  const still = useMemo(() => {
    const wanted = [focused, ...selection].find((id) => id !== null && positions.has(id));
    const stop = wanted ?? shapes[0]?.node.id;
    return cards(
      shapes.map((shape) => {
        const { id } = shape.node;
        const place = positions.get(id);
        return {
          ...shape,
          x: place?.x ?? 0,
          y: place?.y ?? 0,
          isSelected: selection.has(id),
          isTabStop: id === stop,
          mark: marks.get(id),
          isPinned: pinned.has(id),
          look: id === aimed ? 'aimed' : dimmed.has(id) ? 'dimmed' : '',
        };
      }),
    );
  }, [cards, shapes, positions, selection, focused, marks, pinned, dimmed, aimed]);
  return useMemo(() => shifted(still, moved), [still, moved]);
}

function useNotes(moved: Moved): NoteNode[] {
  const raw = useEditor((state) => state.raw);
  const selection = useEditor((state) => state.selection);
  const notes = useMemo(() => notesOf(raw), [raw]);
  return useMemo(
    () =>
      notes.map(({ id, x, y, width, height, text }) => ({
        id: NOTE + id,
        type: 'note' as const,
        position: moved.get(NOTE + id) ?? { x, y },
        width,
        height,
        measured: { width, height },
        zIndex: -1,
        selected: selection.has(id),
        focusable: false,
        data: { id, text },
      })),
    [notes, moved, selection],
  );
}

function useGroups({ positions, moved }: Drawn): GroupNode[] {
  const raw = useEditor((state) => state.raw);
  const selection = useEditor((state) => state.selection);
  const groups = useMemo(() => groupsOf(raw), [raw]);
  return useMemo(() => {
    if (groups.length === 0) return [];
    const now = moved.size === 0 ? positions : new Map([...positions, ...moved]);
    return groups.flatMap((group) => {
      const frame = frameOf(group.nodeIds, now);
      if (frame === null) return [];
      const { x, y, width, height } = frame;
      return [
        {
          id: GROUP + group.id,
          type: 'group' as const,
          position: { x, y },
          width,
          height,
          measured: { width, height },
          zIndex: -2,
          selected: selection.has(group.id),
          focusable: false,
          dragHandle: '.group-title',
          style: { pointerEvents: 'none' as const },
          data: { id: group.id, title: group.title },
        },
      ];
    });
  }, [groups, positions, moved, selection]);
}

/** All that stands on the canvas. */
export function useFlowNodes(
  catalogue: Catalogue,
  pinned: ReadonlySet<string>,
  drawn: Drawn,
): FlowNode[] {
  const cards = useCards(catalogue, pinned, drawn);
  const notes = useNotes(drawn.moved);
  const groups = useGroups(drawn);
  return useMemo(() => [...groups, ...notes, ...cards], [groups, notes, cards]);
}
