import {
  Background,
  BackgroundVariant,
  type OnConnectEnd,
  PanOnScrollMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GraphSkeleton } from '@/canvas/graph';
import { HandsContext } from '@/canvas/hands';
import { NodeCard } from '@/canvas/node-card';
import { makeStatesStore, merged, StatesContext } from '@/canvas/states';
import { StepEdge } from '@/canvas/step-edge';
import { useFlowWords } from '@/canvas/words';
import { usePins } from '@/features/workflows/facade';
import { DRAGGED_TYPE } from '../palette/dragged';
import { useEditor, useEditorNow } from '../provider';
import { useLights } from '../run/lights';
import { useScene } from './canvas-provider';
import { useChoosing } from './choosing';
import { useCommands } from './commands-context';
import { ConnectBar, ConnectReason } from './connect-hint';
import { useDimmed } from './dimmed';
import { edgeAt, useDrag } from './drag';
import { FindBar } from './find-bar';
import { useFlowEdges } from './flow-edges';
import { type FlowNode, GROUP, NOTE, ownId, useFlowNodes } from './flow-nodes';
import { useFocusing } from './focusing';
import { GroupFrame } from './group-node';
import { useCanvasKeys } from './keyboard';
import { Minimap } from './minimap';
import { NoteCard } from './note-node';
import { useOpening } from './opening';
import { RenameField } from './rename-field';
import { Toolbar } from './toolbar';
import { type MenuTarget, useUi, useUiStore } from './ui';

const nodeTypes = { card: NodeCard, note: NoteCard, group: GroupFrame };
const edgeTypes = { step: StepEdge };
const CULL_ABOVE = 150;
const SNAP: [number, number] = [4, 4];
const SELECT_KEYS = ['Shift', 'Meta', 'Control'];
const MIDDLE_BUTTON = [1];
const noProOptions = { hideAttribution: true };

const targetOf = (id: string): MenuTarget => {
  if (id.startsWith(NOTE)) return { kind: 'note', id: ownId(id) };
  if (id.startsWith(GROUP)) return { kind: 'group', id: ownId(id) };
  return { kind: 'node', id };
};

function Surface() {
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
  const lights = useLights();
  const dimmed = useDimmed();
  const drag = useDrag((id) => flow.getNode(id)?.position);
  const drawn = { positions: placed.positions, moved: drag.moved, dimmed };
  const nodes = useFlowNodes(catalogue, pinned, drawn);
  const edges = useFlowEdges(lights);
  const choosing = useChoosing();
  const onKeyDown = useCanvasKeys();
  useFocusing(frame);
  const open = useOpening(frame);

  const inFrame = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = frame.current?.getBoundingClientRect();
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) };
  };

  const onConnectEnd: OnConnectEnd = (event, { fromHandle, toNode }) => {
    if (fromHandle === null || toNode !== null) return;
    const at = 'changedTouches' in event ? event.changedTouches[0] : event;
    if (at === undefined) return;
    const { x, y } = flow.screenToFlowPosition({ x: at.clientX, y: at.clientY });
    const { nodeId: id, id: port } = fromHandle;
    if (fromHandle.type === 'source')
      commands.ask(
        { kind: 'after', id, port: port ?? '' },
        { place: { x, y: y - 29 }, at: inFrame(at) },
      );
    else
      commands.ask({ kind: 'before', id }, { place: { x: x - 208, y: y - 29 }, at: inFrame(at) });
  };

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
        <ReactFlow
          aria-label={t('canvas', { name })}
          ariaLabelConfig={words}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={() => {
            learn({ flow });
            open();
          }}
          onNodesChange={(changes) => {
            drag.change(changes);
            choosing(changes);
          }}
          onEdgesChange={choosing}
          onNodeDrag={(event, _, dragged) => drag.over(event, dragged)}
          onNodeDragStop={drag.drop}
          onSelectionDragStop={drag.drop}
          onConnect={({ source, sourceHandle, target }) =>
            commands.connect(source, sourceHandle ?? '', target)
          }
          onConnectEnd={onConnectEnd}
          isValidConnection={({ source, sourceHandle, target }) =>
            commands.canConnect(source, sourceHandle ?? '', target)
          }
          onReconnect={(edge, { source, sourceHandle, target }) =>
            commands.reconnect(edge.id, source, sourceHandle ?? '', target)
          }
          onEdgeMouseEnter={(_, { id }) => ui.setState({ hoveredEdge: id })}
          onEdgeMouseLeave={() => ui.setState({ hoveredEdge: null })}
          onPaneClick={() => ui.setState({ palette: null, connecting: null })}
          onNodeContextMenu={(event, { id }) => {
            event.preventDefault();
            commands.openMenu(targetOf(id), { x: event.clientX, y: event.clientY });
          }}
          onEdgeContextMenu={(event, { id }) => {
            event.preventDefault();
            commands.openMenu({ kind: 'edge', id }, { x: event.clientX, y: event.clientY });
          }}
          onSelectionContextMenu={(event, [first]) => {
            event.preventDefault();
            if (first !== undefined)
              commands.openMenu(targetOf(first.id), { x: event.clientX, y: event.clientY });
          }}
          onPaneContextMenu={(event) => {
            event.preventDefault();
            commands.openMenu({ kind: 'pane' }, { x: event.clientX, y: event.clientY });
          }}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAGGED_TYPE)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'copy';
            ui.setState({ dropEdge: edgeAt({ x: event.clientX, y: event.clientY }) });
          }}
          onDrop={(event) => {
            const type = catalogue.get(event.dataTransfer.getData(DRAGGED_TYPE));
            if (type === undefined) return;
            event.preventDefault();
            const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
            commands.drop(type, { x: x - 104, y: y - 29 });
          }}
          minZoom={0.05}
          maxZoom={1.5}
          onlyRenderVisibleElements={nodes.length > CULL_ABOVE}
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
          <RenameField />
          <ConnectReason />
          <Minimap isMoving={drag.moved.size > 0} count={nodes.length} />
        </ReactFlow>
        <ConnectBar />
        <FindBar />
        <Toolbar />
      </div>
    </HandsContext>
  );
}

/** The graph, to be changed. */
export default function EditorCanvas() {
  const { placed } = useScene();
  const [states] = useState(makeStatesStore);
  const lights = useLights();
  useLayoutEffect(() => {
    states.setState({ states: merged(states.getState().states, lights.states) });
  }, [states, lights.states]);
  if (!placed.isReady) return <GraphSkeleton />;
  return (
    <StatesContext value={states}>
      <ReactFlowProvider>
        <Surface />
      </ReactFlowProvider>
    </StatesContext>
  );
}
