import {
  Background,
  BackgroundVariant,
  PanOnScrollMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import { lazy, memo, Suspense, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { FarContext, useIsFar } from '@/canvas/far';
import { GraphSkeleton } from '@/canvas/graph';
import { HandsContext } from '@/canvas/hands';
import { type CardNode, NodeCard } from '@/canvas/node-card';
import { makeStatesStore, merged, StatesContext } from '@/canvas/states';
import { StepEdge, type StepEdgeType } from '@/canvas/step-edge';
import { useFlowWords } from '@/canvas/words';
import { usePins } from '@/features/workflows/facade';
import { useEditor, useEditorNow } from '../provider';
import { DARK, type Lights, SHOWN } from '../run/dark';
import { useScene } from './canvas-provider';
import { useCommands } from './commands-context';
import { useDimmed } from './dimmed';
import { useDrag } from './drag';
import { useFlowEdges } from './flow-edges';
import { type FlowNode, useFlowNodes } from './flow-nodes';
import { useFocusing } from './focusing';
import { GroupFrame } from './group-node';
import { useHandlers } from './handlers';
import { useCanvasKeys } from './keyboard';
import { NoteCard } from './note-node';
import { useOpening } from './opening';
import { RenameField } from './rename-field';
import { Toolbar } from './toolbar';
import { useUi, useUiStore } from './ui';
import { LEAST_ZOOM } from './zoom';

// The graph shows itself without what only some graphs, or only a key, want.
const FarEdges = lazy(() => import('@/canvas/far-edges'));
const ConnectBar = lazy(() => import('./connect-bar'));
const ConnectReason = lazy(() => import('./connect-reason'));
const FindBar = lazy(() => import('./find-bar'));
const Minimap = lazy(() => import('./minimap'));
const Lighting = lazy(() => import('../run/lighting'));

const nodeTypes = { card: NodeCard, note: NoteCard, group: GroupFrame };
const edgeTypes = { step: StepEdge };
const CULL_ABOVE = 150;
/** A graph that is smaller is seen as a whole. */
const MAP_FROM = 8;
/** Above this many nodes the map costs too much while something moves. */
const MAP_STILL_ABOVE = 300;
const SNAP: [number, number] = [4, 4];
const SELECT_KEYS = ['Shift', 'Meta', 'Control'];
const MIDDLE_BUTTON = [1];
const NO_EDGES: StepEdgeType[] = [];
/** React Flow takes nodes over before edges: for that moment an edge may want a port that its node has just lost. */
const PORT_MISSING = '008';
const complain = (code: string, message: string): void => {
  if (import.meta.env.DEV && code !== PORT_MISSING) reportError(new Error(message));
};
const noProOptions = { hideAttribution: true };

const isCard = (node: FlowNode): node is CardNode => node.type === 'card';

/** What floats over the graph; while something is dragged it stays as it is. */
const Around = memo(function Around() {
  const isConnecting = useUi((state) => state.connecting !== null);
  const isFinding = useUi((state) => state.isFinding);
  return (
    <>
      <Suspense>
        {isConnecting && <ConnectBar />}
        {isFinding && <FindBar />}
      </Suspense>
      <Toolbar />
    </>
  );
});

function Surface({ lights }: { lights: Lights }) {
  const { t } = useTranslation(['editor', 'common']);
  const frame = useRef<HTMLDivElement>(null);
  const ui = useUiStore();
  const now = useEditorNow();
  const commands = useCommands();
  const { placed, catalogue, learn } = useScene();
  const flow = useReactFlow<FlowNode>();
  const name = useEditor((state) => state.workflow.name);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const workflowId = useEditor((state) => state.workflow.id);
  const tool = useUi((state) => state.tool);
  const pins = usePins(workflowId).data;
  const pinned = useMemo(() => new Set(pins?.keys()), [pins]);
  const dimmed = useDimmed();
  const drag = useDrag();
  const handlers = useHandlers(frame, drag);
  const drawn = { positions: placed.positions, moved: drag.moved, dimmed };
  const nodes = useFlowNodes(catalogue, pinned, drawn);
  const edges = useFlowEdges(lights);
  const isFar = useIsFar();
  const isLarge = nodes.length > CULL_ABOVE;
  const isMoving = drag.moved.size > 0;
  const hasMap = nodes.length >= MAP_FROM && !(isMoving && nodes.length > MAP_STILL_ABOVE);
  const onKeyDown = useCanvasKeys();
  useFocusing(frame);
  const open = useOpening(frame);

  const hands = useMemo(
    () => ({
      addAfter: (id: string, port: string) => commands.ask({ kind: 'after', id, port }),
      insertOn: (edgeId: string) => commands.ask({ kind: 'on', edgeId }),
    }),
    [commands],
  );

  const words = useFlowWords();
  return (
    <HandsContext value={isReadOnly ? null : hands}>
      <div
        ref={frame}
        tabIndex={-1}
        className="canvas absolute inset-0 outline-none"
        data-tool={tool}
        onKeyDownCapture={onKeyDown}
        onFocusCapture={({ target }) => {
          const { id } = (target as HTMLElement).dataset;
          if (id !== undefined && now().neighbours.has(id)) ui.setState({ focused: id });
        }}
      >
        <FarContext value={isFar}>
          <ReactFlow
            aria-label={t('canvas', { name })}
            ariaLabelConfig={words}
            nodes={nodes}
            edges={isFar && isLarge ? NO_EDGES : edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onInit={() => {
              learn({ flow });
              open();
            }}
            {...handlers}
            onError={complain}
            minZoom={LEAST_ZOOM}
            maxZoom={1.5}
            onlyRenderVisibleElements={isLarge}
            nodesDraggable={!isReadOnly}
            nodesConnectable={!isReadOnly}
            edgesReconnectable={!isReadOnly}
            edgesFocusable={false}
            elementsSelectable
            connectOnClick={false}
            connectionRadius={28}
            reconnectRadius={14}
            snapToGrid
            snapGrid={SNAP}
            deleteKeyCode={null}
            selectionKeyCode={null}
            multiSelectionKeyCode={SELECT_KEYS}
            selectionMode={SelectionMode.Partial}
            selectionOnDrag={tool === 'select'}
            panOnDrag={tool === 'hand' ? true : MIDDLE_BUTTON}
            panOnScroll
            panOnScrollMode={PanOnScrollMode.Free}
            zoomOnDoubleClick={false}
            elevateNodesOnSelect={false}
            proOptions={noProOptions}
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--dot)" />
            <Suspense>
              {isFar && isLarge && (
                <FarEdges cards={nodes.filter(isCard)} edges={edges} moved={drag.moved} />
              )}
            </Suspense>
            <RenameField />
            <Suspense>
              <ConnectReason />
              {hasMap && <Minimap nodes={nodes} />}
            </Suspense>
          </ReactFlow>
        </FarContext>
        <Around />
      </div>
    </HandsContext>
  );
}

/** The graph, to be changed. */
export default function EditorCanvas() {
  const { placed } = useScene();
  const [states] = useState(makeStatesStore);
  const isLit = useSearchParams()[0].has(SHOWN);
  const [lights, setLights] = useState(DARK);
  useLayoutEffect(() => {
    states.setState({ states: merged(states.getState().states, lights.states) });
  }, [states, lights.states]);
  if (!placed.isReady) return <GraphSkeleton />;
  return (
    <StatesContext value={states}>
      <ReactFlowProvider>
        <Surface lights={lights} />
      </ReactFlowProvider>
      <Suspense>{isLit && <Lighting onLights={setLights} />}</Suspense>
    </StatesContext>
  );
}
