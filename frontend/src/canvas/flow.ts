import { type Edge, Position } from '@xyflow/react';
import type { Tone } from '@/engine/changes';
import type { WorkflowDocument } from '@/engine/document';
import { type EdgeState, neighboursById, portsOf } from '@/engine/graph';
import { CARD_HEIGHT, CARD_WIDTH, type Positions } from '@/engine/positions';
import type { CardNode } from './node-card';
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
