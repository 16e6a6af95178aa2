import { CircleAlert, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, Suspense, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentNode } from '@/engine/document';
import { type JsonObject, nodeWith } from '@/engine/edits/operations';
import { WebhookHere } from '@/features/webhooks/facade';
import { isError, type Problem } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { Skeleton } from '@/ui/skeleton';
import { useCatalogue } from '../catalogue';
import { useEditor, useEditorActions, useEditorNow } from '../provider';
import { NodeError } from '../run/error-card';
import { DataDrawer } from './data/data-panel';
import { KnownContext } from './expression/known-context';
import { type Form, FormContext } from './form/form';
import { type FieldSpec, isObject, readFields } from './model/fields';
import { behaviourProblems } from './model/problems';
import { NodeHeader } from './node-header';
import { BehaviourTab } from './tabs/behaviour-tab';
import { DocsTab } from './tabs/markdown';
import { SettingsTab } from './tabs/settings-tab';
import { useKnowledge } from './use-knowledge';

const TABS = ['settings', 'behaviour', 'docs'] as const;
type Tab = (typeof TABS)[number];

const NOTHING: JsonObject = {};
const NO_FIELDS: readonly FieldSpec[] = [];

/** The form of a node as its fields need it: what is set, and how it is changed. */
function useNodeForm(node: DocumentNode, fields: readonly FieldSpec[]): Form {
  const { t } = useTranslation('inspector');
  const actions = useEditorActions();
  const workflowId = useEditor((state) => state.workflow.id);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const all = useEditor((state) => state.problems);
  const now = useEditorNow();
  const problems = useMemo(() => all.filter((one) => one.node_id === node.id), [all, node.id]);
  return {
    nodeId: node.id,
    nodeName: node.name,
    nodeType: node.type,
    workflowId,
    config: node.config,
    fields,
    problems,
    isReadOnly,
    undo: () => actions.undo(),
    redo: () => actions.redo(),
    patch: (change, what, key) => {
      // What was being written of a node that has just gone is gone with it.
      if (!now().neighbours.has(node.id)) return;
      actions.edit(
        [{ op: 'node.patch', id: node.id, ...(change as object) }],
        t('history.change', { field: what, node: node.name }),
        key === undefined ? {} : { coalesce: `${node.id} ${key}` },
      );
    },
  };
}

interface TabsProps {
  id: string;
  tab: Tab;
  tabs: readonly Tab[];
  /** How grave what is wrong there is. */
  marked: ReadonlyMap<Tab, Problem['severity']>;
  onTab: (tab: Tab) => void;
}

/** The tabs of the inspector: one tab stop, arrows go from one to the next. */
function Tabs({ id, tab, tabs, marked, onTab }: TabsProps) {
  const { t } = useTranslation('inspector');
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab;
    onTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label={t('tabs.label')}
      className="flex gap-4 border-line border-b px-4"
    >
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`${id}-${one}`}
          aria-selected={one === tab}
          aria-controls={`${id}-panel`}
          tabIndex={one === tab ? 0 : -1}
          onKeyDown={onKeyDown}
          onClick={() => onTab(one)}
          className={cn(
            '-mb-px flex h-9 items-center gap-1.5 border-transparent border-b-2 text-fg-2 hover:text-fg',
            'aria-selected:border-accent aria-selected:font-medium aria-selected:text-fg',
          )}
        >
          {t(`tabs.${one}`)}{' '}
          {marked.get(one) === 'error' && (
            <CircleAlert className="size-3.5 text-bad" role="img" aria-label={t('tabs.faulty')} />
          )}
          {marked.get(one) === 'warning' && (
            <TriangleAlert
              className="size-3.5 text-warn"
              role="img"
              aria-label={t('tabs.doubtful')}
            />
          )}
        </button>
      ))}
    </div>
  );
}

const markOf = (tab: Tab, problems: readonly Problem[]): [Tab, Problem['severity']][] =>
  problems.length === 0 ? [] : [[tab, problems.some(isError) ? 'error' : 'warning']];

/** Where a webhook's node is sent to, in the version that is live. */
function Address({ nodeId }: { nodeId: string }) {
  const { id, live_version: version, is_active: isActive } = useEditor((state) => state.workflow);
  return (
    <div className="px-4 pt-4 empty:hidden">
      <Suspense>
        <WebhookHere workflowId={id} nodeId={nodeId} live={`${version ?? 0} ${isActive}`} />
      </Suspense>
    </div>
  );
}

/** What one node is and how it is set. */
export default function NodeInspector({ node }: { node: DocumentNode }) {
  const { t } = useTranslation('inspector');
  const id = useId();
  const { catalogue, error, isPending } = useCatalogue();
  const raw = useEditor((state) => nodeWith(state.raw, node.id));
  const knowledge = useKnowledge(node.id);
  const [chosen, setChosen] = useState<Tab>('settings');
  const type = catalogue.get(node.type);
  const fields = useMemo(() => (type === undefined ? null : readFields(type.fields)), [type]);
  const form = useNodeForm(node, fields ?? NO_FIELDS);
  const tabs = TABS.filter((tab) => tab !== 'docs' || (type?.doc ?? '') !== '');
  const tab = tabs.includes(chosen) ? chosen : 'settings';
  const data = isObject(raw?.data) ? raw.data : NOTHING;
  const beside = behaviourProblems(form.problems);
  const marked = new Map<Tab, Problem['severity']>([
    ...markOf('behaviour', beside),
    ...markOf(
      'settings',
      form.problems.filter((problem) => !beside.includes(problem)),
    ),
  ]);
  return (
    <FormContext value={form}>
      <KnownContext value={knowledge}>
        <section aria-label={node.name} className="flex h-full min-h-0 flex-col">
          <NodeHeader node={node} typeName={type?.title ?? ''} isReadOnly={form.isReadOnly} />
          <Tabs id={id} tab={tab} tabs={tabs} marked={marked} onTab={setChosen} />
          <div
            id={`${id}-panel`}
            role="tabpanel"
            aria-labelledby={`${id}-${tab}`}
            className="min-h-0 flex-1 overflow-y-auto"
          >
            {form.isReadOnly && (
              <p className="mx-4 mt-4 rounded-md bg-sunken px-3 py-2 text-fg-2">{t('read_only')}</p>
            )}
            {isPending && (
              <div aria-busy className="flex flex-col gap-4 p-4">
                <Skeleton className="w-24" />
                <Skeleton className="h-8 w-full" />
                <Skeleton className="w-32" />
                <Skeleton className="h-8 w-full" />
              </div>
            )}
            {error !== null && (
              <p role="alert" className="mx-4 mt-4 rounded-md bg-bad-soft px-3 py-2 text-bad">
                {t('no_catalogue')}
              </p>
            )}
            {tab === 'settings' && <NodeError />}
            {tab === 'settings' && node.type === 'trigger:webhook' && <Address nodeId={node.id} />}
            {!isPending && tab === 'settings' && <SettingsTab fields={fields} />}
            {!isPending && tab === 'behaviour' && <BehaviourTab data={data} type={type} />}
            {!isPending && tab === 'docs' && <DocsTab doc={type?.doc ?? ''} />}
          </div>
          {tab === 'settings' && type?.is_trigger !== true && !form.isReadOnly && <DataDrawer />}
        </section>
      </KnownContext>
    </FormContext>
  );
}
