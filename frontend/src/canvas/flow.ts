import { type Edge, Position } from '@xyflow/react';
import type { Tone } from '@/engine/changes';
import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import { type EdgeState, neighboursById, portsOf } from '@/engine/graph';
import { CARD_HEIGHT, CARD_WIDTH, type Positions } from '@/engine/positions';
import type { CardNode, Mark } from './node-card';
import { subtitleOf } from './subtitle';

const HANDLE = 9;

/** Handles at places known beforehand: measuring each card once costs 200 ms at 500 nodes. */
function handlesOf(hasInput: boolean, ports: readonly string[]): NonNullable<CardNode['handles']> {
  const size = { width: HANDLE, height: HANDLE };
  const sources = ports.map((port, index) => ({
    ...size,
    id: port === '' ? null : port,
    type: 'source' as const,
    position: Position.Right,
    x: CARD_WIDTH - HANDLE / 2,
    y: ((index + 1) * CARD_HEIGHT) / (ports.length + 1) - HANDLE / 2,
  }));
  if (!hasInput) return sources;
  const target = { ...size, id: null, type: 'target' as const, position: Position.Left };
  return [{ ...target, x: -HANDLE / 2, y: (CARD_HEIGHT - HANDLE) / 2 }, ...sources];
}

/** All that one card shows; every value is compared with the one before, so lists of ports come as one text. */
export interface CardInput {
  node: DocumentNode;
  x: number;
  y: number;
  hasInput: boolean;
  /** From top to bottom, each in its own line. */
  ports: string;
  /** Those that no edge leaves by, each in its own line; null: there is none. */
  freePorts: string | null;
  isSelected: boolean;
  /** The one card of the graph that Tab leads to. */
  isTabStop: boolean;
  mark: Mark | undefined;
  isPinned: boolean;
  /** An edge that is being drawn cannot lead to it (`dimmed`), or would lead to it (`aimed`). */
  look: '' | 'dimmed' | 'aimed';
}

const split = (lines: string): string[] => lines.split('\n');

function cardOf(input: CardInput): CardNode {
  const { node, hasInput, isSelected } = input;
  const ports = split(input.ports);
  return {
    id: node.id,
    type: 'card',
    position: { x: input.x, y: input.y },
    // Known, not measured: what is not measured cannot be dragged, and every change would be measured anew.
    measured: { width: CARD_WIDTH, height: CARD_HEIGHT },
    handles: handlesOf(hasInput, ports),
    selected: isSelected,
    ariaRole: 'button',
    ...(input.look === '' ? {} : { className: input.look }),
    domAttributes: { tabIndex: input.isTabStop ? 0 : -1, 'aria-pressed': isSelected },
    data: {
      title: node.name,
      subtitle: subtitleOf(node),
      type: node.type,
      isDisabled: node.isDisabled,
      hasInput,
      ports,
      freePorts: input.freePorts === null ? [] : split(input.freePorts),
      mark: input.mark,
      isPinned: input.isPinned,
    },
  };
}

const isSame = (one: CardInput, other: CardInput): boolean =>
  (Object.keys(one) as (keyof CardInput)[]).every((key) => one[key] === other[key]);

/** Makes cards, and gives the same one again for what has not changed: React Flow compares nodes by identity. */
export function makeCards(): (inputs: readonly CardInput[]) => CardNode[] {
  let made = new Map<string, { input: CardInput; card: CardNode }>();
  return (inputs) => {
    const before = made;
    made = new Map();
    return inputs.map((input) => {
      const known = before.get(input.node.id);
      const entry =
        known !== undefined && isSame(known.input, input) ? known : { input, card: cardOf(input) };
      made.set(input.node.id, entry);
      return entry.card;
    });
  };
}

/** React Flow's nodes for a document; built once per document, never per status tick. */
export function toNodes(document: WorkflowDocument, positions: Positions): CardNode[] {
  const neighbours = neighboursById(document);
  return document.nodes.map((node) => {
    const hasInput =
      !node.type.startsWith('trigger:') || (neighbours.get(node.id)?.before.length ?? 0) > 0;
    const ports = portsOf(document, node.id, (id) => positions.get(id)?.y ?? 0);
    return {
      id: node.id,
      type: 'card',
      position: positions.get(node.id) ?? { x: 0, y: 0 },
      initialWidth: CARD_WIDTH,
      initialHeight: CARD_HEIGHT,
      handles: handlesOf(hasInput, ports),
      data: {
        title: node.name,
        subtitle: subtitleOf(node),
        type: node.type,
        isDisabled: node.isDisabled,
        hasInput,
        ports,
        freePorts: [],
      },
    };
  });
}

/** React Flow's edges, each with its state as class name. */
export function toEdges(
  document: WorkflowDocument,
  stateOf: (index: number) => EdgeState | Tone,
): Edge[] {
  return document.edges.map((edge, index) => ({
    id: edge.id,
    source: edge.source,
    target: edge.target,
    sourceHandle: edge.port === '' ? null : edge.port,
    type: 'smoothstep',
    label: edge.label || edge.port,
    className: stateOf(index),
    focusable: false,
  }));
}
