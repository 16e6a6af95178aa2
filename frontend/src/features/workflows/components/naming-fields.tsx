import { useTranslation } from 'react-i18next';
import { type DocumentNode, settingOf, withField, withSetting } from '@/engine/document';
import { useMay } from '@/features/accounts/facade';
import { useChangeDraft } from '../hooks';
import { type NamingField, namingFieldsOf } from '../naming';
import { useNodeType } from '../node-types';
import type { Workflow } from '../types';
import { CredentialPicker } from './credential-picker';
import { WorkflowPicker } from './workflow-picker';

const CALLED = ['sub_workflow', 'manual'];
const FAILED = ['error'];
const ERROR_WORKFLOW = 'error_workflow_id';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The fields of a node that name a credential or a workflow: chosen from those there are, and saved at once. */
export function NamingFields({ workflow, node }: { workflow: Workflow; node: DocumentNode }) {
  const { t } = useTranslation('workflows');
  const type = useNodeType(node.type).data;
  const { change, isSaving } = useChangeDraft(workflow);
  const mayUpdate = useMay('workflow.update');
  const fields = type === undefined ? [] : namingFieldsOf(type);
  if (!mayUpdate || fields.length === 0) return null;
  const pickerOf = (field: NamingField) => {
    const value = textOf(node.config[field.name]);
    const onChoose = (next: string): void =>
      change(withField(workflow.definition, node.id, field.name, next));
    if (field.names === 'credential') {
      return (
        <CredentialPicker
          key={field.name}
          field={field}
          value={value}
          isBusy={isSaving}
          onChoose={onChoose}
        />
      );
    }
    return (
      <WorkflowPicker
        key={field.name}
        label={field.title}
        hint={t('naming.called_hint')}
        value={value}
        isRequired={field.isRequired}
        triggers={CALLED}
        ownId={workflow.id}
        isBusy={isSaving}
        onChoose={onChoose}
      />
    );
  };
  return <div className="flex flex-col gap-4 px-4 pb-4">{fields.map(pickerOf)}</div>;
}

/** The workflow that starts when an execution of this one fails. */
export function ErrorWorkflow({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation('workflows');
  const { change, isSaving } = useChangeDraft(workflow);
  return (
    <div className="px-4 pb-4">
      <WorkflowPicker
        label={t('naming.error_workflow')}
        hint={t('naming.error_hint')}
        value={settingOf(workflow.definition, ERROR_WORKFLOW)}
        isRequired={false}
        triggers={FAILED}
        ownId={workflow.id}
        isBusy={isSaving}
        onChoose={(id) => change(withSetting(workflow.definition, ERROR_WORKFLOW, id))}
      />
    </div>
  );
}
