import { CredentialPicker } from '@/features/workflows/facade';
import type { ControlProps } from './literals';
import { useControl } from './parts';

/** One of the tenant's credentials of the types that the field takes, or a new one. */
export function CredentialControl({ spec, place, value }: ControlProps) {
  const { label, isReadOnly, set, clear } = useControl(place, 'chosen');
  return (
    <div className="[&_[role=combobox]]:h-8">
      <CredentialPicker
        field={{
          name: spec.name,
          title: label,
          help: spec.help,
          isRequired: spec.isRequired,
          names: 'credential',
          types: spec.options,
        }}
        value={typeof value === 'string' ? value : ''}
        isBusy={isReadOnly}
        onChoose={(name) => (name === '' ? clear() : set(name))}
      />
    </div>
  );
}
