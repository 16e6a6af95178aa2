import { lazy, Suspense } from 'react';
import { Skeleton } from '@/ui/skeleton';
import { useEditor } from '../provider';

const loadNode = () => import('./node-inspector');
const NodeInspector = lazy(loadNode);
const ManyNodes = lazy(() => import('./many-nodes'));
// The canvas shows itself first; the forms come before somebody has chosen a node, or lost the network.
void loadNode().catch(() => undefined);

const Waiting = () => (
  <div aria-busy className="flex flex-col gap-4 p-4">
    <Skeleton className="w-40" />
    <Skeleton className="h-8 w-full" />
  </div>
);

/** The selected node: what it is and how it is set. Of several what can be done with all. Reads the store. */
export function Inspector() {
  const selection = useEditor((state) => state.selection);
  const nodes = useEditor((state) => state.document.nodes);
  const chosen = nodes.filter(({ id }) => selection.has(id));
  const [only, ...others] = chosen;
  if (only === undefined) return null;
  return (
    <Suspense fallback={<Waiting />}>
      {others.length > 0 ? (
        <ManyNodes nodes={chosen} />
      ) : (
        <NodeInspector key={only.id} node={only} />
      )}
    </Suspense>
  );
}
