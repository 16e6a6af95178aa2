import {
  Background,
  BackgroundVariant,
  type Edge,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from '@xyflow/react';
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { WorkflowDocument } from '@/engine/document';
import { edgeState, walk } from '@/engine/graph';
import type { Positions } from '@/engine/positions';
import { toEdges, toNodes } from './flow';
import { type CardNode, NodeCard } from './node-card';
import { makeStatesStore, merged, type NodeStates, StatesContext } from './states';
import { ZoomBar } from './zoom-bar';

export interface GraphCanvasProps {
  document: WorkflowDocument;
  positions: Positions;
  states: NodeStates;
  label: string;
  /** What a screen reader says of a node. */
  labelOf: (id: string) => string;
  selected: string | null;
  onSelect: (id: string | null) => void;
}

const nodeTypes = { card: NodeCard };
const CULL_ABOVE = 150;
const FIT = { padding: 0.12, maxZoom: 1, minZoom: 0.35 };
const noProOptions = { hideAttribution: true };

/** Adds what changes by person (selection, the one tab stop) to the document's nodes; untouched nodes stay the same objects. */
function useNodes(props: GraphCanvasProps, tabStop: string | undefined): CardNode[] {
  const { document, positions, labelOf, selected } = props;
  const nodes = useMemo(() => toNodes(document, positions), [document, positions]);
  return useMemo(
    () =>
      nodes.map((node) => ({
        ...node,
        selected: node.id === selected,
        ariaRole: 'button' as const,
        domAttributes: {
          tabIndex: node.id === tabStop ? 0 : -1,
          'aria-label': labelOf(node.id),
          'aria-pressed': node.id === selected,
        },
      })),
    [nodes, labelOf, selected, tabStop],
  );
}

function useEdges(document: WorkflowDocument, states: NodeStates): Edge[] {
  return useMemo(
    () =>
      toEdges(document, (index) => {
        const edge = document.edges[index];
        return edge === undefined
          ? 'open'
          : edgeState(edge, states.get(edge.source), states.get(edge.target));
      }),
    [document, states],
  );
}

function Surface(props: GraphCanvasProps) {
  const { document, states, label, selected, onSelect } = props;
  const [focused, setFocused] = useState<string | null>(null);
  const flow = useRef<ReactFlowInstance<CardNode> | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useNodes(props, focused ?? selected ?? document.nodes[0]?.id);
  const edges = useEdges(document, states);

  const onKeyDown = (event: KeyboardEvent): void => {
    const from = (event.target as HTMLElement).dataset.id;
    if (from === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onSelect(from);
      return;
    }
    const next = walk(document, from, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setFocused(next);
    frame.current
      ?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next)}"]`)
      ?.focus();
  };

  return (
    <div ref={frame} className="size-full" onKeyDownCapture={onKeyDown}>
      <ReactFlow
        aria-label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        onInit={(instance) => {
          flow.current = instance;
        }}
        onNodeClick={(_, node) => onSelect(node.id)}
        onPaneClick={() => onSelect(null)}
        fitView
        fitViewOptions={FIT}
        minZoom={0.1}
        maxZoom={1.5}
        onlyRenderVisibleElements={document.nodes.length > CULL_ABOVE}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable
        disableKeyboardA11y={false}
        zoomOnDoubleClick={false}
        panOnScroll
        proOptions={noProOptions}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dot)" />
        <ZoomBar fit={FIT} />
      </ReactFlow>
    </div>
  );
}

/** A graph to look at: cards, edges, and the states of one execution if there is one. Fills its parent. */
export default function GraphCanvas(props: GraphCanvasProps) {
  const [store] = useState(makeStatesStore);
  const { states } = props;
  useLayoutEffect(() => {
    store.setState({ states: merged(store.getState().states, states) });
  }, [store, states]);
  return (
    <StatesContext value={store}>
      <ReactFlowProvider>
        <Surface {...props} />
      </ReactFlowProvider>
    </StatesContext>
  );
}
