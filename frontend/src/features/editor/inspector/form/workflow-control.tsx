import { WorkflowPicker } from '@/features/workflows/facade';
import { useForm } from './form';
import type { ControlProps } from './literals';
import { useControl } from './parts';

/** The kinds of triggers that another workflow can call. */
const CALLED = ['sub_workflow', 'manual'];

/** One of the tenant's workflows, by its name; one that is computed stays a template. */
export function WorkflowControl({ spec, place, value }: ControlProps) {
  const { workflowId } = useForm();
  const { label, isReadOnly, set, clear } = useControl(place, 'chosen');
  return (
    <div className="[&_[role=combobox]]:h-8">
      <WorkflowPicker
        label={label}
        hint={spec.help}
        value={typeof value === 'string' ? value : ''}
        isRequired={spec.isRequired}
        triggers={CALLED}
        ownId={workflowId}
        isBusy={isReadOnly}
        onChoose={(id) => (id === '' ? clear() : set(id))}
      />
    </div>
  );
}
