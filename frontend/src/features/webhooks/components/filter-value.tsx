import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listOf, OPERATORS, type Operator, typedList, typedOf, valueOf } from '@/engine/filters';

export const BOX =
  'h-8 min-w-0 rounded-md border border-line-strong/60 bg-panel px-2 text-fg shadow-1 placeholder:text-fg-3 aria-invalid:border-bad focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0';

interface TypedProps {
  label: string;
  first: string;
  placeholder?: string;
  onType: (typed: string) => void;
}

/** Keeps what is typed as it is typed; what it means is told at each key. */
function Typed({ label, first, placeholder, onType }: TypedProps) {
  const [typed, setTyped] = useState(first);
  return (
    <input
      aria-label={label}
      value={typed}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => {
        setTyped(event.target.value);
        onType(event.target.value);
      }}
      className={`${BOX} flex-1 font-mono text-xs max-sm:order-4`}
    />
  );
}

interface FilterValueProps {
  operator: Operator;
  value: unknown;
  onChange: (value: unknown) => void;
}

const boundsOf = (value: unknown): { min: unknown; max: unknown } => {
  const { min = 0, max = 0 } = (typeof value === 'object' && value !== null ? value : {}) as {
    min?: unknown;
    max?: unknown;
  };
  return { min, max };
};

/** What a field is compared with, in the form that the comparison wants. */
export function FilterValue({ operator, value, onChange }: FilterValueProps) {
  const { t } = useTranslation('webhooks');
  switch (OPERATORS[operator]) {
    case 'none':
      return <span className="max-sm:hidden sm:flex-1" />;
    case 'list':
      return (
        <Typed
          label={t('filters.list')}
          placeholder={t('filters.list_hint')}
          first={typedList(value)}
          onType={(typed) => onChange(listOf(typed))}
        />
      );
    case 'range': {
      const bounds = boundsOf(value);
      return (
        <>
          <Typed
            label={t('filters.min')}
            first={typedOf(bounds.min)}
            onType={(typed) => onChange({ ...bounds, min: valueOf(typed) })}
          />
          <Typed
            label={t('filters.max')}
            first={typedOf(bounds.max)}
            onType={(typed) => onChange({ ...bounds, max: valueOf(typed) })}
          />
        </>
      );
    }
    case 'pattern':
      return (
        <Typed
          label={t('filters.value')}
          first={typeof value === 'string' ? value : typedOf(value)}
          onType={onChange}
        />
      );
    case 'one':
      return (
        <Typed
          label={t('filters.value')}
          first={typedOf(value)}
          onType={(typed) => onChange(valueOf(typed))}
        />
      );
  }
}
