import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Graph, GraphSkeleton } from '@/canvas/graph';
import type { NodeStates } from '@/canvas/states';
import { sameJson } from '@/engine/json';
import {
  useVersion,
  useVersions,
  useWorkflow,
  type VersionRow,
  type Workflow,
} from '@/features/workflows/facade';
import { useTitle } from '@/lib/title';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { Against, useSideName } from './against';
import { ChangesPanel } from './changes-panel';
import { useComparison, useSteps } from './comparison';
import { useDocument, useSides } from './sides';
import { VersionList } from './version-list';
import { Actions, Header } from './versions-header';

const NO_STATES: NodeStates = new Map();

interface LoadedProps {
  workflow: Workflow;
  versions: readonly VersionRow[];
  onOlder: (() => void) | null;
  isLoading: boolean;
}

function Loaded({ workflow, versions, onOlder, isLoading }: LoadedProps) {
  const { t } = useTranslation('versions');
  useTitle(t('title_of', { name: workflow.name }));
  const { show, against, setShow, setAgainst } = useSides(workflow, versions);
  const newer = useDocument(workflow, show);
  const older = useDocument(workflow, against);
  const live = useVersion(workflow.id, workflow.live_version).data;
  const nameOf = useSideName();
  const comparison = useComparison(older.definition, newer.definition);
  const steps = useSteps(comparison.entries);
  const { error, refetch } = newer.error === null ? older : newer;
  const isHere = newer.definition !== undefined && older.definition !== undefined;
  const label = t('graph', { version: nameOf(show) });
  return (
    <div className="flex min-h-full flex-col lg:h-full">
      <Header workflow={workflow}>
        {isHere && (
          <Actions
            workflow={workflow}
            show={show}
            definition={newer.definition}
            onRestored={() => setShow('draft')}
          />
        )}
      </Header>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <aside className="max-h-[36dvh] shrink-0 overflow-y-auto border-line border-b bg-panel lg:max-h-none lg:w-[272px] lg:border-r lg:border-b-0">
          <VersionList
            workflow={workflow}
            versions={versions}
            isSame={live !== undefined && sameJson(live.definition, workflow.definition)}
            show={show}
            onShow={setShow}
            onOlder={onOlder}
            isLoading={isLoading}
          />
        </aside>
        <section aria-label={label} className="relative min-h-[320px] min-w-0 flex-1">
          <div className="absolute top-3 left-3 z-10 flex flex-wrap gap-2">
            <Against
              workflow={workflow}
              versions={versions}
              show={show}
              against={against}
              onChoose={setAgainst}
            />
          </div>
          {error !== null && <Failure error={error} onRetry={refetch} />}
          {error === null && !isHere && <GraphSkeleton />}
          {error === null && isHere && (
            <div className="absolute inset-0">
              <Graph
                key={`${show} ${against}`}
                document={comparison.document}
                states={NO_STATES}
                tones={comparison.tones}
                label={label}
                selected={steps.selected}
                onSelect={steps.select}
                isFollowing
              />
            </div>
          )}
        </section>
        <aside className="shrink-0 border-line border-t bg-panel lg:w-[360px] lg:overflow-y-auto lg:border-t-0 lg:border-l">
          {isHere && (
            <ChangesPanel comparison={comparison} steps={steps} isCompared={against !== 'none'} />
          )}
        </aside>
      </div>
    </div>
  );
}

const Loading = () => (
  <div aria-busy className="flex h-full flex-col">
    <div className="flex h-12 items-center gap-4 border-line border-b bg-panel px-4">
      <Skeleton className="w-56" />
    </div>
    <div className="min-h-0 flex-1">
      <GraphSkeleton />
    </div>
  </div>
);

/** The history of a workflow: any two of its versions side by side in one picture, and the way back to an older one. */
export default function VersionsPage() {
  const { id = '' } = useParams();
  const workflow = useWorkflow(id);
  const versions = useVersions(id);
  if (workflow.data !== undefined && versions.data !== undefined)
    return (
      <Loaded
        key={id}
        workflow={workflow.data}
        versions={versions.data}
        onOlder={versions.hasNextPage ? () => void versions.fetchNextPage() : null}
        isLoading={versions.isFetchingNextPage}
      />
    );
  const error = workflow.error ?? versions.error;
  if (error === null) return <Loading />;
  return (
    <Failure
      error={error}
      onRetry={() => {
        void workflow.refetch();
        void versions.refetch();
      }}
    />
  );
}
