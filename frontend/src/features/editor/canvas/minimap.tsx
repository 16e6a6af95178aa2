import { MiniMap } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import type { FlowNode } from './flow-nodes';

/** Above this many nodes it costs too much while something moves. */
const STILL_ABOVE = 300;
/** A graph that small is seen as a whole. */
const SHOWN_FROM = 8;

const colourOf = (node: FlowNode): string => {
  if (node.type !== 'card') return 'var(--line)';
  return `oklch(0.6 0.13 ${lookOf(node.data.type).hue})`;
};

/** Where one is in a large graph. */
export function Minimap({ isMoving, count }: { isMoving: boolean; count: number }) {
  const { t } = useTranslation('editor');
  if (count < SHOWN_FROM || (isMoving && count > STILL_ABOVE)) return null;
  return (
    <MiniMap<FlowNode>
      className="!m-3 overflow-hidden rounded-lg border border-line shadow-1 max-lg:!hidden"
      style={{ width: 152, height: 96 }}
      nodeColor={colourOf}
      nodeStrokeWidth={0}
      nodeBorderRadius={12}
      bgColor="var(--panel)"
      maskColor="color-mix(in oklab, var(--sunken) 70%, transparent)"
      maskStrokeColor="var(--line-strong)"
      maskStrokeWidth={2}
      ariaLabel={t('minimap')}
      pannable
      zoomable
    />
  );
}
