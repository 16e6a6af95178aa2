import type { Span } from '@/engine/timeline';
import type { SchemaStepListed } from '@/generated/api';

type Timed = Pick<SchemaStepListed, 'status' | 'started_at' | 'ended_at'>;

/** When a step ran; null: it has not begun, or was skipped. */
export const spanOf = (step: Timed): Span | null => {
  if (step.started_at === null || step.status === 'skipped') return null;
  return {
    start: Date.parse(step.started_at),
    end: step.ended_at === null ? null : Date.parse(step.ended_at),
  };
};

type Placed = Pick<SchemaStepListed, 'node_id' | 'scope'>;

export const keyOf = (scope: string, nodeId: string): string => `${scope}/${nodeId}`;
export const stepKey = (step: Placed): string => keyOf(step.scope, step.node_id);
