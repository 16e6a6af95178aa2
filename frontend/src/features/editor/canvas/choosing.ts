import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback } from 'react';
import { useEditorActions, useEditorNow } from '../provider';
import { type FlowNode, ownId } from './flow-nodes';

type Change = NodeChange<FlowNode> | EdgeChange;

/** Takes over what React Flow wants to be chosen: by a click, by a frame, or by neither. */
export function useChoosing(): (changes: readonly Change[]) => void {
  const now = useEditorNow();
  const actions = useEditorActions();
  return useCallback(
    (changes) => {
      const chosen = changes.filter((one) => one.type === 'select');
      if (chosen.length === 0) return;
      const ids = new Set(now().selection);
      for (const { id, selected } of chosen) {
        if (selected) ids.add(ownId(id));
        else ids.delete(ownId(id));
      }
      actions.select(ids);
    },
    [now, actions],
  );
}
