import {
  Background,
  BackgroundVariant,
  type Edge,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Tone } from '@/engine/changes';
import type { WorkflowDocument } from '@/engine/document';
import { edgeState, type Motion, walk } from '@/engine/graph';
import { CARD_HEIGHT, CARD_WIDTH, type Positions } from '@/engine/positions';
import { FarContext, useIsFar } from './far';
import { toEdges, toNodes } from './flow';
import { type CardNode, type Mark, NodeCard } from './node-card';
import { makeStatesStore, merged, type NodeStates, StatesContext } from './states';
import { useFlowWords } from './words';
import { ZoomBar } from './zoom-bar';

export interface Tones {
  nodes: ReadonlyMap<string, Tone>;
  edges: ReadonlyMap<string, Tone>;
}

export interface GraphCanvasProps {
  document: WorkflowDocument;
  positions: Positions;
  states: NodeStates;
  /** Whether data still moves along the edges. */
  motion?: Motion;
  /** Nodes that a document's check complains of. */
  marks?: ReadonlyMap<string, Mark>;
  /** Nodes whose outputs are pinned. */
  pinned?: ReadonlySet<string>;
  /** How nodes and edges came or went between two documents. */
  tones?: Tones;
  /** What is chosen elsewhere is brought into view. */
  isFollowing?: boolean;
  label: string;
  selected: string | null;
  onSelect: (id: string | null) => void;
}

const nodeTypes = { card: NodeCard };
const CULL_ABOVE = 150;
/** Below this the graph is not shown whole: titles of eight pixels tell nothing. */
const LEAST_LEGIBLE = 0.62;
const START_ZOOM = 0.8;
const FIT = { padding: 0.12, maxZoom: 1, minZoom: 0.35 };
/** Who asks for the whole graph gets it, however small. */
const WHOLE = { ...FIT, minZoom: 0.05 };
const noProOptions = { hideAttribution: true };

/** The card's data with what is said of its node; the same object where nothing is. */
const noted = (
  { data }: CardNode,
  mark: Mark | undefined,
  isPinned: boolean,
  tone: Tone | undefined,
): CardNode['data'] =>
  mark === undefined && !isPinned && tone === undefined ? data : { ...data, mark, isPinned, tone };

/** Adds what changes by person (selection, the one tab stop) to the document's nodes; untouched nodes stay the same objects. */
function useNodes(props: GraphCanvasProps, tabStop: string | undefined): CardNode[] {
  const { document, positions, selected, marks, pinned, tones } = props;
  const nodes = useMemo(() => toNodes(document, positions), [document, positions]);
  return useMemo(
    () =>
      nodes.map((node) => ({
        ...node,
        data: noted(
          node,
          marks?.get(node.id),
          pinned?.has(node.id) === true,
          tones?.nodes.get(node.id),
        ),
        selected: node.id === selected,
        ariaRole: 'button' as const,
        domAttributes: {
          tabIndex: node.id === tabStop ? 0 : -1,
          'aria-pressed': node.id === selected,
        },
      })),
    [nodes, selected, tabStop, marks, pinned, tones],
  );
}

function useEdges({ document, states, motion = 'moving', tones }: GraphCanvasProps): Edge[] {
  return useMemo(
    () =>
      toEdges(document, (index) => {
        const edge = document.edges[index];
        const tone = edge === undefined ? undefined : tones?.edges.get(edge.id);
        if (tone !== undefined) return tone;
        return edge === undefined
          ? 'open'
          : edgeState(edge, states.get(edge.source), states.get(edge.target), motion);
      }),
    [document, states, motion, tones],
  );
}

/** Brings what was chosen elsewhere into view, at the zoom that is there. */
function useFollowing({ selected, positions, isFollowing = false }: GraphCanvasProps): void {
  const { setCenter, getZoom, viewportInitialized } = useReactFlow();
  useEffect(() => {
    const place = selected === null ? undefined : positions.get(selected);
    if (!isFollowing || !viewportInitialized || place === undefined) return;
    const zoom = Math.max(getZoom(), LEAST_LEGIBLE);
    void setCenter(place.x + CARD_WIDTH / 2, place.y + CARD_HEIGHT / 2, { zoom });
  }, [selected, positions, isFollowing, viewportInitialized, setCenter, getZoom]);
}

/** Shows the whole graph; where its words would be too small to read, its beginning or the chosen node instead. */
function lookAt(
  flow: ReactFlowInstance<CardNode>,
  frame: HTMLElement,
  id: string | undefined,
): void {
  const bounds = flow.getNodesBounds(flow.getNodes());
  const zoom = Math.min(frame.clientWidth / bounds.width, frame.clientHeight / bounds.height);
  const node = id === undefined ? undefined : flow.getNode(id);
  if (zoom >= LEAST_LEGIBLE || node === undefined) {
    void flow.fitView(FIT);
    return;
  }
  // The node stands in the left third, because what comes after it lies to its right.
  const ahead = (frame.clientWidth / START_ZOOM) * 0.5 - CARD_WIDTH / 2 - 24;
  const { x, y } = node.position;
  void flow.setCenter(x + CARD_WIDTH / 2 + ahead, y + CARD_HEIGHT / 2, { zoom: START_ZOOM });
}

function Surface(props: GraphCanvasProps) {
  const { document, label, selected, onSelect } = props;
  const [focused, setFocused] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { setCenter, getZoom } = useReactFlow();
  const words = useFlowWords();
  const nodes = useNodes(props, focused ?? selected ?? document.nodes[0]?.id);
  const edges = useEdges(props);
  useFollowing(props);
  const isFar = useIsFar();

  const focusOn = (id: string): void => {
    const find = (): HTMLElement | undefined =>
      [...(frame.current?.querySelectorAll<HTMLElement>('.react-flow__node') ?? [])].find(
        (one) => one.dataset.id === id,
      );
    const found = find();
    if (found !== undefined) {
      found.focus();
      return;
    }
    // A large graph draws only what is in view: bring the card there first.
    const place = props.positions.get(id) ?? { x: 0, y: 0 };
    void setCenter(place.x + CARD_WIDTH / 2, place.y + CARD_HEIGHT / 2, { zoom: getZoom() }).then(
      () => requestAnimationFrame(() => find()?.focus()),
    );
  };

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
    focusOn(next);
  };

  return (
    <div ref={frame} className="size-full" onKeyDownCapture={onKeyDown}>
      <FarContext value={isFar}>
        <ReactFlow
          aria-label={label}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          onInit={(instance) => {
            if (frame.current !== null)
              lookAt(instance, frame.current, selected ?? document.nodes[0]?.id);
          }}
          onNodeClick={(_, node) => onSelect(node.id)}
          onPaneClick={() => onSelect(null)}
          minZoom={0.05}
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
          ariaLabelConfig={words}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dot)" />
          <ZoomBar fit={WHOLE} />
        </ReactFlow>
      </FarContext>
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
