import { lazy, Suspense, use } from 'react';
import type { WorkflowDocument } from '@/engine/document';
import type { Positions } from '@/engine/positions';
import { Skeleton } from '@/ui/skeleton';
import { arrange } from './arrange';
import type { GraphCanvasProps } from './graph-canvas';

const GraphCanvas = lazy(() => import('./graph-canvas'));

const known = new WeakMap<WorkflowDocument, Promise<Positions>>();

/** One layout per document, however often it is drawn. */
function positionsOf(document: WorkflowDocument): Promise<Positions> {
  const promise = known.get(document) ?? arrange(document);
  known.set(document, promise);
  return promise;
}

/** Where a graph will be. */
export const GraphSkeleton = () => (
  <div className="flex size-full items-center justify-center gap-16 overflow-hidden">
    {['a', 'b', 'c'].map((key) => (
      <Skeleton key={key} className="h-[58px] w-[208px] shrink-0 rounded-lg" />
    ))}
  </div>
);

type GraphProps = Omit<GraphCanvasProps, 'positions'>;

function Placed(props: GraphProps) {
  const positions = use(positionsOf(props.document));
  return <GraphCanvas {...props} positions={positions} />;
}

/** A document as a graph. React Flow and, where positions are missing, the layout are loaded on first use. */
export function Graph(props: GraphProps) {
  return (
    <Suspense fallback={<GraphSkeleton />}>
      <Placed {...props} />
    </Suspense>
  );
}
