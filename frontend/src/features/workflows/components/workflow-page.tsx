import { ChevronRight } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Graph, GraphSkeleton } from '@/canvas/graph';
import type { NodeStates } from '@/canvas/states';
import { readDocument } from '@/engine/document';
import { useTitle } from '@/lib/title';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { useVersion, useWorkflow } from '../api';
import { useMayWith } from '../may';
import { usePins } from '../pins';
import { marksOf, type Workflow } from '../types';
import { DraftNode } from './draft-node';
import { ErrorWorkflow } from './naming-fields';
import { NodePanel } from './node-panel';
import { PinList } from './pin-list';
import { ProblemCount, ProblemList } from './problem-list';
import { ChangedDot, StateBadge } from './state-badge';
import { TriggerList } from './trigger-list';
import { VersionPicker } from './version-picker';
import { WorkflowActions } from './workflow-actions';

const NO_STATES: NodeStates = new Map();

interface Slots {
  /** Panels of other features, by the workflow's id. */
  demo: (workflowId: string) => ReactNode;
  webhooks: (workflowId: string) => ReactNode;
  latest: (workflowId: string) => ReactNode;
}

function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="border-line border-b last:border-b-0">
      <header className="flex h-10 items-center gap-2 px-4">
        <h2 className="font-semibold">{title}</h2>
        <span className="ml-auto text-fg-3 text-xs">{aside}</span>
      </header>
      {children}
    </section>
  );
}

/** The chosen version's document, or the draft's; the old one stays until the new one is here. */
function useShown(workflow: Workflow) {
  const [version, setVersion] = useState<number | null>(null);
  const published = useVersion(workflow.id, version);
  const definition = version === null ? workflow.definition : published.data?.definition;
  const document = useMemo(
    () => readDocument(definition ?? workflow.definition),
    [definition, workflow.definition],
  );
  return { version, setVersion, document };
}

function Header({ workflow, demo }: { workflow: Workflow; demo: ReactNode }) {
  const { t } = useTranslation('workflows');
  return (
    <PageHeader
      title={
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 md:flex-nowrap">
          <nav className="flex min-w-0 items-center gap-1.5 text-base">
            <Link to="/workflows" className="text-fg-2 hover:text-fg">
              {t('title')}
            </Link>
            <ChevronRight className="size-4 shrink-0 text-fg-3" aria-hidden />
            <h1 className="min-w-0 truncate font-semibold" title={workflow.name}>
              {workflow.name}
            </h1>
          </nav>
          <StateBadge workflow={workflow} />
          <ChangedDot workflow={workflow} />
        </div>
      }
    >
      <WorkflowActions workflow={workflow} demo={demo} />
    </PageHeader>
  );
}

function Loaded({ workflow, slots }: { workflow: Workflow; slots: Slots }) {
  const { t } = useTranslation('workflows');
  useTitle(workflow.name);
  const { version, setVersion, document } = useShown(workflow);
  const [selected, setSelected] = useState<string | null>(null);
  const nodes = useMemo(() => new Map(document.nodes.map((node) => [node.id, node])), [document]);
  const marks = useMemo(
    () => (version === null ? marksOf(workflow.problems) : undefined),
    [workflow.problems, version],
  );
  const { data: pins, error, refetch } = usePins(workflow.id);
  const pinned = useMemo(() => new Set(pins?.keys()), [pins]);
  const isDraft = version === null;
  const mayUpdate = useMayWith(workflow, 'workflow.update');
  const node = selected === null ? undefined : nodes.get(selected);
  const nameOf = (id: string): string => nodes.get(id)?.name ?? id;
  const hasWebhook = document.nodes.some((node) => node.type === 'trigger:webhook');
  return (
    <div className="flex min-h-full flex-col lg:h-full">
      <Header workflow={workflow} demo={slots.demo(workflow.id)} />
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <section
          aria-label={t('page.graph', { name: workflow.name })}
          className="relative min-h-[320px] min-w-0 flex-1"
        >
          <div className="absolute top-3 left-3 z-10">
            <VersionPicker workflow={workflow} version={version} onChoose={setVersion} />
          </div>
          {document.nodes.length === 0 ? (
            <p className="grid size-full place-items-center text-fg-3">{t('page.graph_empty')}</p>
          ) : (
            <div className="absolute inset-0">
              <Graph
                document={document}
                states={NO_STATES}
                {...(marks === undefined ? {} : { marks })}
                {...(isDraft ? { pinned } : {})}
                label={t('page.graph', { name: workflow.name })}
                selected={selected}
                onSelect={setSelected}
              />
            </div>
          )}
        </section>
        <aside className="shrink-0 overflow-y-auto border-line border-t bg-panel lg:w-[360px] lg:border-t-0 lg:border-l">
          {node !== undefined && (
            <NodePanel node={node} onClose={() => setSelected(null)}>
              {isDraft && (
                <DraftNode
                  key={node.id}
                  workflow={workflow}
                  document={document}
                  node={node}
                  pin={pins && (pins.get(node.id) ?? null)}
                />
              )}
            </NodePanel>
          )}
          {workflow.description !== '' && (
            <p className="border-line border-b px-4 py-3 text-fg-2">{workflow.description}</p>
          )}
          {workflow.problems.length > 0 && (
            <Section
              title={t('problems.title')}
              aside={<ProblemCount problems={workflow.problems} />}
            >
              <div className="px-4 pb-4">
                <ProblemList problems={workflow.problems} nameOf={nameOf} onNode={setSelected} />
              </div>
            </Section>
          )}
          {isDraft && (pinned.size > 0 || error !== null) && (
            <Section title={t('pin.section')}>
              <PinList
                workflowId={workflow.id}
                pins={[...(pins?.values() ?? [])]}
                error={error}
                onRetry={() => void refetch()}
                nameOf={(id) => nodes.get(id)?.name}
                onNode={setSelected}
              />
            </Section>
          )}
          {workflow.triggers.length > 0 && (
            <Section title={t('page.triggers')}>
              <TriggerList triggers={workflow.triggers} nameOf={nameOf} />
            </Section>
          )}
          {hasWebhook && (
            <Section title={t('page.webhooks')}>
              <div className="flex flex-col gap-4 px-4 pb-4">{slots.webhooks(workflow.id)}</div>
            </Section>
          )}
          {isDraft && mayUpdate && (
            <Section title={t('page.failing')}>
              <ErrorWorkflow workflow={workflow} />
            </Section>
          )}
          <Section title={t('page.executions')}>{slots.latest(workflow.id)}</Section>
        </aside>
      </div>
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
      <div className="hidden w-[360px] flex-col gap-5 border-line border-l bg-panel p-5 lg:flex">
        {['w-24', 'w-64', 'w-56', 'w-40'].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </div>
  </div>
);

/** One workflow: its graph, its versions, what is wrong with it, how to reach it and what it did lately. */
export default function WorkflowPage({ slots }: { slots: Slots }) {
  const { id = '' } = useParams();
  const { data, error, refetch } = useWorkflow(id);
  if (data !== undefined) return <Loaded key={data.id} workflow={data} slots={slots} />;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return <Loading />;
}
