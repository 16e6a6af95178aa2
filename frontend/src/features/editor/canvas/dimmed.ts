import { useMemo } from 'react';
import { canConnect } from '@/engine/edits/connecting';
import { useEditor } from '../provider';
import { useUi } from './ui';

const NONE: ReadonlySet<string> = new Set();

/** While an edge is drawn by keys: the nodes that it cannot lead to. */
export function useDimmed(): ReadonlySet<string> {
  const from = useUi((state) => state.connecting?.from ?? null);
  const port = useUi((state) => state.connecting?.port ?? '');
  const raw = useEditor((state) => state.raw);
  const nodes = useEditor((state) => state.document.nodes);
  return useMemo(() => {
    if (from === null) return NONE;
    const ids = nodes.map(({ id }) => id).filter((id) => id !== from);
    return new Set(
      ids.filter((target) => canConnect(raw, { source: from, port, target }) !== null),
    );
  }, [from, port, raw, nodes]);
}
