import { useMemo } from 'react';
import { useEditor } from '../provider';

/** What a person calls a node of the draft. */
export function useNodeName(): (id: string) => string {
  const { nodes } = useEditor((state) => state.document);
  return useMemo(() => {
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    return (id) => names.get(id) ?? id;
  }, [nodes]);
}
