import { useMemo } from 'react';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { useUi } from './ui';

const NONE: ReadonlySet<string> = new Set();

/** While an edge is drawn by keys: the nodes that it cannot lead to. */
export function useDimmed(): ReadonlySet<string> {
  const from = useUi((state) => state.connecting?.from ?? null);
  const port = useUi((state) => state.connecting?.port ?? '');
  const raw = useEditor((state) => state.raw);
  const { targetsOf } = useCommands();
  const nodes = useEditor((state) => state.document.nodes);
  return useMemo(() => {
    if (from === null) return NONE;
    const targets = targetsOf(raw, from, port);
    return new Set(nodes.map(({ id }) => id).filter((id) => id !== from && !targets.has(id)));
  }, [from, port, raw, nodes, targetsOf]);
}
