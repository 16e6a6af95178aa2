import { type OnConnectEnd, type ReactFlowProps, useReactFlow } from '@xyflow/react';
import { type RefObject, useMemo } from 'react';
import type { StepEdgeType } from '@/canvas/step-edge';
import { CARD_HEIGHT, CARD_WIDTH } from '@/engine/positions';
import { DRAGGED_TYPE } from '../palette/dragged';
import { useScene } from './canvas-provider';
import { useChoosing } from './choosing';
import { useCommands } from './commands-context';
import { type Drag, edgeAt } from './drag';
import { type FlowNode, GROUP, NOTE, ownId } from './flow-nodes';
import { type MenuTarget, type Point, useUiStore } from './ui';

const targetOf = (id: string): MenuTarget => {
  if (id.startsWith(NOTE)) return { kind: 'note', id: ownId(id) };
  if (id.startsWith(GROUP)) return { kind: 'group', id: ownId(id) };
  return { kind: 'node', id };
};

type Handlers = Partial<ReactFlowProps<FlowNode, StepEdgeType>>;

/** What is under the pointer, for a menu. */
interface Pointed {
  clientX: number;
  clientY: number;
  preventDefault: () => void;
}

/**
 * What React Flow tells of the pointer, as commands. Always the same functions: for each that is another one it draws all
 * cards and all edges anew, and while something is dragged that would be sixty times a second.
 */
export function useHandlers(
  frame: RefObject<HTMLElement | null>,
  { change, over, drop }: Pick<Drag, 'change' | 'over' | 'drop'>,
): Handlers {
  const ui = useUiStore();
  const commands = useCommands();
  const choosing = useChoosing();
  const { catalogue } = useScene();
  const flow = useReactFlow<FlowNode>();
  return useMemo(() => {
    const inFrame = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
      const box = frame.current?.getBoundingClientRect();
      return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) };
    };
    const openMenu = (event: Pointed, target: MenuTarget): void => {
      event.preventDefault();
      commands.openMenu(target, { x: event.clientX, y: event.clientY });
    };
    const onConnectEnd: OnConnectEnd = (event, { fromHandle, toNode }) => {
      if (fromHandle === null || toNode !== null) return;
      const at = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (at === undefined) return;
      const { x, y } = flow.screenToFlowPosition({ x: at.clientX, y: at.clientY });
      const { nodeId: id, id: port } = fromHandle;
      const isOut = fromHandle.type === 'source';
      const place = { x: isOut ? x : x - CARD_WIDTH, y: y - CARD_HEIGHT / 2 };
      commands.ask(isOut ? { kind: 'after', id, port: port ?? '' } : { kind: 'before', id }, {
        place,
        at: inFrame(at),
      });
    };
    return {
      onNodesChange: (changes) => {
        change(changes);
        choosing(changes);
      },
      onEdgesChange: choosing,
      onNodeDrag: (event, _, dragged) => over(event, dragged),
      onNodeDragStop: drop,
      onSelectionDragStop: drop,
      onConnect: ({ source, sourceHandle, target }) =>
        void commands.connect(source, sourceHandle ?? '', target),
      onConnectEnd,
      isValidConnection: ({ source, sourceHandle, target }) =>
        commands.canConnect(source, sourceHandle ?? '', target),
      onReconnect: (edge, { source, sourceHandle, target }) =>
        commands.reconnect(edge.id, source, sourceHandle ?? '', target),
      onEdgeMouseEnter: (_, { id }) => ui.setState({ hoveredEdge: id }),
      onEdgeMouseLeave: () => ui.setState({ hoveredEdge: null }),
      onPaneClick: () => ui.setState({ palette: null, connecting: null }),
      onNodeContextMenu: (event, { id }) => openMenu(event, targetOf(id)),
      onEdgeContextMenu: (event, { id }) => openMenu(event, { kind: 'edge', id }),
      onSelectionContextMenu: (event, [first]) => {
        if (first === undefined) event.preventDefault();
        else openMenu(event, targetOf(first.id));
      },
      onPaneContextMenu: (event) => openMenu(event, { kind: 'pane' }),
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(DRAGGED_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        ui.setState({ dropEdge: edgeAt({ x: event.clientX, y: event.clientY }) });
      },
      onDrop: (event) => {
        const type = catalogue.get(event.dataTransfer.getData(DRAGGED_TYPE));
        if (type === undefined) return;
        event.preventDefault();
        const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        commands.drop(type, { x: x - CARD_WIDTH / 2, y: y - CARD_HEIGHT / 2 });
      },
    } satisfies Handlers;
  }, [frame, change, over, drop, ui, commands, choosing, catalogue, flow]);
}
