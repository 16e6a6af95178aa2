import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { memo, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import type { FlowNode } from './flow-nodes';
import type { Point } from './ui';

const WIDTH = 152;
const HEIGHT = 96;
/** Around the graph, in pixels. */
const MARGIN = 5;
const ROUND = 12;

interface Box extends Point {
  width: number;
  height: number;
}

const boxOf = ({ position, measured }: FlowNode): Box => ({
  ...position,
  width: measured?.width ?? 0,
  height: measured?.height ?? 0,
});

/** What holds all boxes. */
function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  return { x, y, width, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}

const colourOf = (node: FlowNode): string =>
  node.type === 'card' ? `oklch(0.6 0.13 ${lookOf(node.data.type).hue})` : 'var(--line)';

const Tiles = memo(function Tiles({ nodes }: { nodes: readonly FlowNode[] }) {
  return nodes.map((node) => (
    <rect key={node.id} {...boxOf(node)} rx={ROUND} style={{ fill: colourOf(node) }} />
  ));
});

const outlineOf = ({ x, y, width, height }: Box): string =>
  `M${x},${y}h${width}v${height}h${-width}z`;

/** What of the canvas is seen. */
function useSeen(): Box {
  const [x, y, zoom] = useStore((store) => store.transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

/** Where one is in a large graph: dragging moves there, the wheel looks nearer. */
export default function Minimap({ nodes }: { nodes: readonly FlowNode[] }) {
  const { t } = useTranslation('editor');
  const { getViewport, setViewport, getZoom, zoomTo } = useReactFlow();
  const map = useRef<SVGSVGElement>(null);
  const from = useRef<Point | null>(null);
  const seen = useSeen();
  const graph = useMemo(() => around(nodes.map(boxOf)), [nodes]);
  const all = around([graph, seen]);
  /** So much of the canvas is one pixel of the map. */
  const scale = Math.max(all.width / WIDTH, all.height / HEIGHT);
  const [width, height] = [(WIDTH + 2 * MARGIN) * scale, (HEIGHT + 2 * MARGIN) * scale];
  const whole = {
    x: all.x + (all.width - width) / 2,
    y: all.y + (all.height - height) / 2,
    width,
    height,
  };

  // So that the line around it is not seen.
  const beyond = { x: whole.x - width, y: whole.y - height, width: 3 * width, height: 3 * height };

  useEffect(() => {
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 25 : 1;
      void zoomTo(getZoom() * 2 ** (-event.deltaY * lines * 0.002));
    };
    const element = map.current;
    // React listens without a say in what the browser does.
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [zoomTo, getZoom]);

  const onPointerMove = ({ clientX, clientY }: PointerEvent): void => {
    if (from.current === null) return;
    const { x, y, zoom } = getViewport();
    const by = scale * zoom;
    const [dx, dy] = [clientX - from.current.x, clientY - from.current.y];
    from.current = { x: clientX, y: clientY };
    void setViewport({ x: x - dx * by, y: y - dy * by, zoom });
  };
  const drop = (): void => {
    from.current = null;
  };
  return (
    <Panel
      position="bottom-right"
      className="!m-3 overflow-hidden rounded-lg border border-line bg-panel shadow-1 max-lg:!hidden"
    >
      <svg
        ref={map}
        role="img"
        aria-label={t('minimap')}
        width={WIDTH}
        height={HEIGHT}
        viewBox={`${whole.x} ${whole.y} ${whole.width} ${whole.height}`}
        className="block touch-none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        <Tiles nodes={nodes} />
        <path
          d={outlineOf(beyond) + outlineOf(seen)}
          fillRule="evenodd"
          className="pointer-events-none fill-[color-mix(in_oklab,var(--sunken)_70%,transparent)] stroke-line-strong"
          strokeWidth={2 * scale}
        />
      </svg>
    </Panel>
  );
}
