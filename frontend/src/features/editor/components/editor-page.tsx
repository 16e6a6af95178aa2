import i18next from 'i18next';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { GraphSkeleton } from '@/canvas/graph';
import { useMe } from '@/features/accounts/facade';
import { useWorkflow } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { memory } from '@/lib/storage';
import { useTitle } from '@/lib/title';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { Announcer } from '../canvas/announcer';
import { CanvasProvider } from '../canvas/canvas-provider';
import { INSPECTOR } from '../canvas/keyboard';
import { Shortcuts } from '../canvas/shortcuts';
import { useUi } from '../canvas/ui';
import { EditorProvider, useEditor } from '../provider';
import { isNarrow, useIsNarrow } from './narrow';
import { TopBar } from './top-bar';

// The canvas shows itself first; what stands beside it follows, and is fetched at once.
const ContextMenu = lazy(() => import('../canvas/context-menu'));
const EmptyCanvas = lazy(() => import('./empty-canvas'));
const Outline = lazy(() => import('../outline/outline'));
const WorkflowPanel = lazy(() => import('./workflow-panel'));
const loadInspector = () => import('../inspector/inspector');
const Inspector = lazy(() => loadInspector().then((part) => ({ default: part.Inspector })));
const RunPanel = lazy(() =>
  import('../run/run-panel').then((part) => ({ default: part.RunPanel })),
);
const loadCanvas = () => import('../canvas/editor-canvas');
const EditorCanvas = lazy(loadCanvas);
const loadPalette = () => import('../palette/palette');
const Palette = lazy(loadPalette);

/** Canvas or outline, and what floats over either. */
function Stage() {
  const { t } = useTranslation('editor');
  const name = useEditor((state) => state.workflow.name);
  const isEmpty = useEditor((state) => state.document.nodes.length === 0);
  const palette = useUi((state) => state.palette);
  const isNarrow = useIsNarrow();
  const isOutline = useUi((state) => state.view === 'outline') || isNarrow;
  return (
    <section aria-label={t('canvas', { name })} className="relative min-h-[320px] min-w-0 flex-1">
      <Suspense fallback={<GraphSkeleton />}>{isOutline ? <Outline /> : <EditorCanvas />}</Suspense>
      <Suspense>
        {isEmpty && palette === null && <EmptyCanvas />}
        {palette !== null && <Palette key={JSON.stringify(palette)} request={palette} />}
      </Suspense>
    </section>
  );
}

/** At least one node is chosen. */
const useHasNode = (): boolean =>
  useEditor(({ selection, neighbours }) => [...selection].some((id) => neighbours.has(id)));

const KEY = 'editor-panel';

/** Whether the side panel is open; what somebody chose is remembered. */
function usePanel(): [boolean, () => void] {
  const [isOpen, setOpen] = useState(() => memory.get(KEY) !== 'closed');
  const hasNode = useHasNode();
  // Who chooses a node wants to see it.
  const [hadNode, setHadNode] = useState(hasNode);
  if (hadNode !== hasNode) {
    setHadNode(hasNode);
    if (hasNode) setOpen(true);
  }
  useEffect(() => memory.set(KEY, isOpen ? 'open' : 'closed'), [isOpen]);
  return [isOpen, () => setOpen((was) => !was)];
}

const PanelSkeleton = () => (
  <div aria-busy className="flex flex-col gap-5 p-5">
    {['w-24', 'w-64', 'w-56', 'w-40'].map((width) => (
      <Skeleton key={width} className={width} />
    ))}
  </div>
);

/** The words that the editor shows itself with, and those of what is opened first. */
const WORDS = ['editor', 'saving', 'versions', 'workflows', 'run', 'executions', 'inspector'];

/** What is drawn first comes beside the workflow and not after it. */
function useBegun(): void {
  useEffect(() => {
    void i18next.loadNamespaces(WORDS);
    if (!isNarrow()) loadCanvas().catch(() => undefined);
  }, []);
}

/** What the first click will want is fetched while nothing else is. */
function useFetchedAhead(): void {
  useEffect(() => {
    const timer = setTimeout(
      () =>
        void Promise.all([
          loadInspector(),
          loadPalette(),
          import('../versions/problem-items'),
          import('../versions/more-items'),
        ]).catch(() => undefined),
      600,
    );
    return () => clearTimeout(timer);
  }, []);
}

function Layout() {
  const { t } = useTranslation('editor');
  useTitle(useEditor((state) => state.workflow.name));
  const hasNode = useHasNode();
  const [isOpen, toggle] = usePanel();
  useFetchedAhead();
  return (
    <div className="flex h-full flex-col">
      <TopBar isPanelOpen={isOpen} onPanel={toggle} />
      <div className="relative flex min-h-0 flex-1 max-lg:flex-col">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col max-lg:min-h-[360px]">
          <Stage />
          <Suspense fallback={<div className="h-10 shrink-0 border-line border-t bg-panel" />}>
            <RunPanel />
          </Suspense>
        </div>
        <aside
          id={INSPECTOR}
          tabIndex={-1}
          aria-label={hasNode ? t('inspector') : t('panel')}
          className={cn(
            'overflow-y-auto border-line bg-panel outline-none max-lg:max-h-[60%] max-lg:border-t lg:w-[360px] lg:shrink-0 lg:border-l',
            !isOpen && 'hidden',
          )}
        >
          <Suspense fallback={<PanelSkeleton />}>
            {hasNode ? <Inspector /> : <WorkflowPanel />}
          </Suspense>
        </aside>
      </div>
      <Shortcuts />
      <Suspense>
        <ContextMenu />
      </Suspense>
      <Announcer />
    </div>
  );
}

const Loading = () => (
  <div aria-busy className="flex h-full flex-col">
    <div className="flex h-12 items-center gap-4 border-line border-b bg-panel px-4">
      <Skeleton className="w-56" />
      <Skeleton className="ml-auto h-7 w-24 rounded-md" />
    </div>
    <div className="flex min-h-0 flex-1">
      <div className="min-w-0 flex-1">
        <GraphSkeleton />
      </div>
      <div className="hidden w-[360px] border-line border-l bg-panel lg:block">
        <PanelSkeleton />
      </div>
    </div>
  </div>
);

/** The editor of one workflow: its graph, what is chosen in it, how it runs, and what is known of it as a whole. */
export default function EditorPage() {
  const { id = '' } = useParams();
  useBegun();
  const { data, error, refetch } = useWorkflow(id);
  const me = useMe();
  if (data !== undefined && me.data !== undefined) {
    return (
      <EditorProvider key={data.id} workflow={data}>
        <CanvasProvider>
          <Layout />
        </CanvasProvider>
      </EditorProvider>
    );
  }
  const failure = error ?? me.error;
  const again = (): void => void Promise.all([refetch(), me.refetch()]);
  if (failure !== null) return <Failure error={failure} onRetry={again} />;
  return <Loading />;
}
