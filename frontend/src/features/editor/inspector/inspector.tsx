import { Suspense } from 'react';
import { useEditor } from '../provider';
import { ManyNodes } from './many-nodes';
import { NodeInspector } from './node-inspector';

/** The selected node: what it is and how it is set. Of several what can be done with all. Reads the store. */
export function Inspector() {
  const selection = useEditor((state) => state.selection);
  const nodes = useEditor((state) => state.document.nodes);
  const chosen = nodes.filter(({ id }) => selection.has(id));
  const [only, ...others] = chosen;
  if (only === undefined) return null;
  return (
    <Suspense>
      {others.length > 0 ? (
        <ManyNodes nodes={chosen} />
      ) : (
        <NodeInspector key={only.id} node={only} />
      )}
    </Suspense>
  );
}
