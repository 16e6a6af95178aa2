import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { settingOf } from '@/engine/document';
import { useMay } from '@/features/accounts/facade';
import { LatestExecutions } from '@/features/executions/facade';
import { WebhookPanel } from '@/features/webhooks/facade';
import {
  PinList,
  ProblemCount,
  ProblemList,
  TriggerList,
  usePins,
  WorkflowPicker,
} from '@/features/workflows/facade';
import { useEditor, useEditorActions } from '../provider';

const FAILED = ['error'];
const ERROR_WORKFLOW = 'error_workflow_id';

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

/** Goes to a node: chooses it, and the canvas brings it into view. */
function useNames() {
  const nodes = useEditor((state) => state.document.nodes);
  return useMemo(() => new Map(nodes.map((node) => [node.id, node.name])), [nodes]);
}

function Problems() {
  const { t } = useTranslation('workflows');
  const problems = useEditor((state) => state.problems);
  const actions = useEditorActions();
  const names = useNames();
  if (problems.length === 0) return null;
  return (
    <Section title={t('problems.title')} aside={<ProblemCount problems={problems} />}>
      <div className="px-4 pb-4">
        <ProblemList
          problems={problems}
          nameOf={(id) => names.get(id) ?? id}
          onNode={(id) => actions.select([id])}
        />
      </div>
    </Section>
  );
}

function Pins() {
  const { t } = useTranslation('workflows');
  const id = useEditor((state) => state.workflow.id);
  const actions = useEditorActions();
  const names = useNames();
  const { data: pins, error, refetch } = usePins(id);
  if (error === null && (pins === undefined || pins.size === 0)) return null;
  return (
    <Section title={t('pin.section')}>
      <PinList
        workflowId={id}
        pins={[...(pins?.values() ?? [])]}
        error={error}
        onRetry={() => void refetch()}
        nameOf={(node) => names.get(node)}
        onNode={(node) => actions.select([node])}
      />
    </Section>
  );
}

/** The workflow that starts when an execution of this one fails. */
function WhenItFails() {
  const { t } = useTranslation('workflows');
  const workflow = useEditor((state) => state.workflow);
  const raw = useEditor((state) => state.raw);
  const actions = useEditorActions();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  if (!useMay('workflow.update')) return null;
  const pointer = `/settings/${ERROR_WORKFLOW}`;
  return (
    <Section title={t('page.failing')}>
      <div className="px-4 pb-4">
        <WorkflowPicker
          label={t('naming.error_workflow')}
          hint={t('naming.error_hint')}
          value={settingOf(raw, ERROR_WORKFLOW)}
          isRequired={false}
          triggers={FAILED}
          ownId={workflow.id}
          isBusy={isReadOnly}
          onChoose={(id) =>
            actions.edit(
              [
                id === ''
                  ? { op: 'meta.patch', unset: [pointer] }
                  : { op: 'meta.patch', set: { [pointer]: id } },
              ],
              t('naming.error_workflow'),
            )
          }
        />
      </div>
    </Section>
  );
}

/** What is known of the workflow as a whole: shown while no node is chosen. */
export default function WorkflowPanel() {
  const { t } = useTranslation('workflows');
  const workflow = useEditor((state) => state.workflow);
  const hasWebhook = useEditor((state) =>
    state.document.nodes.some((node) => node.type === 'trigger:webhook'),
  );
  const names = useNames();
  return (
    <>
      {workflow.description !== '' && (
        <p className="border-line border-b px-4 py-3 text-fg-2">{workflow.description}</p>
      )}
      <Problems />
      <Pins />
      {workflow.triggers.length > 0 && (
        <Section title={t('page.triggers')}>
          <TriggerList triggers={workflow.triggers} nameOf={(id) => names.get(id) ?? id} />
        </Section>
      )}
      {hasWebhook && (
        <Section title={t('page.webhooks')}>
          <div className="flex flex-col gap-4 px-4 pb-4">
            <WebhookPanel workflowId={workflow.id} />
          </div>
        </Section>
      )}
      <WhenItFails />
      <Section title={t('page.executions')}>
        <LatestExecutions workflowId={workflow.id} />
      </Section>
    </>
  );
}
