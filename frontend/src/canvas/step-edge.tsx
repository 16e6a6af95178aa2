import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
} from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useHands } from './hands';

interface StepData extends Record<string, unknown> {
  /** The pointer is over it, or it is chosen: it offers to be split. */
  isNear: boolean;
}

export type StepEdgeType = Edge<StepData, 'step'>;

export const RADIUS = 8;
/** How far from the line a pointer still means it. */
const REACH = 20;

/** An edge in rounded steps. It says its port, and offers to put a node on it. */
function StepEdgeInner(props: EdgeProps<StepEdgeType>) {
  const { t } = useTranslation();
  const hands = useHands();
  const { id, label, data, markerEnd } = props;
  const [path, labelX, labelY] = getSmoothStepPath({ ...props, borderRadius: RADIUS });
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        labelX={labelX}
        labelY={labelY}
        interactionWidth={REACH}
        {...(label === undefined || label === '' ? {} : { label, labelBgPadding: [4, 2] })}
        {...(markerEnd === undefined ? {} : { markerEnd })}
      />
      {hands !== null && data?.isNear === true && (
        <EdgeLabelRenderer>
          <button
            type="button"
            tabIndex={-1}
            aria-label={t('canvas.insert')}
            title={t('canvas.insert')}
            className="insert nodrag nopan"
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
            onClick={() => hands.insertOn(id)}
          >
            <Plus className="size-3.5" aria-hidden />
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

export const StepEdge = memo(StepEdgeInner);
