import { ChevronDown } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import { cn } from '@/lib/cn';

const loadPanel = () => import('./picker-panel');
const PickerPanel = lazy(loadPanel);

export interface Option {
  value: string;
  label: string;
  /** What distinguishes it, or why it cannot be chosen. */
  detail?: string;
  isDisabled?: boolean;
}

export interface Choices {
  /** Those that fit what was typed; undefined while they are not known. */
  options: readonly Option[] | undefined;
  query: string;
  setQuery: (query: string) => void;
  /** Why they did not come. */
  error?: Error | null;
}

interface PickerProps extends Choices {
  label: string;
  /** The value that is set, or "". */
  value: string;
  /** What a person calls it; undefined while that is not known. */
  shown: string | undefined;
  placeholder: string;
  hint?: ReactNode;
  /** What is wrong with the value that is set. */
  fault?: string | undefined;
  /** What the search is called. */
  searchLabel: string;
  /** Said where nothing fits. */
  empty: string;
  /** It cannot be opened for a while, but keeps the focus. */
  isBusy?: boolean;
  onChoose: (value: string) => void;
  /** Stands below the options; it closes the panel when it is used. */
  footer?: ReactNode;
}

/** Chooses one of many by searching for its name. What searches is fetched when it is first opened. */
export function Picker(props: PickerProps) {
  const { label, value, shown, placeholder, hint, fault, isBusy = false } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const described = [
    fault === undefined ? '' : `${id}-fault`,
    hint === undefined ? '' : `${id}-hint`,
  ];
  const preload = (): void => void loadPanel();
  const button = (
    <button
      id={id}
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={isOpen}
      aria-controls={`${id}-list`}
      aria-invalid={fault === undefined ? undefined : true}
      aria-describedby={described.filter(Boolean).join(' ') || undefined}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => setOpen(!isOpen && !isBusy)}
      className="flex h-9 w-full min-w-0 items-center gap-2 rounded-md border border-line-strong/60 bg-panel px-3 text-left shadow-1 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 aria-busy:opacity-60 aria-invalid:border-bad"
    >
      <span className={cn('min-w-0 flex-1 truncate', value === '' && 'text-fg-3')}>
        {value === '' ? placeholder : (shown ?? '…')}
      </span>
      <ChevronDown className="size-4 shrink-0 text-fg-3" aria-hidden />
    </button>
  );
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Suspense fallback={button}>
        {isOpen ? (
          <PickerPanel
            {...props}
            listId={`${id}-list`}
            trigger={button}
            onClose={() => {
              setOpen(false);
              props.setQuery('');
            }}
          />
        ) : (
          button
        )}
      </Suspense>
      {fault !== undefined && (
        <p id={`${id}-fault`} className="text-bad text-xs">
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-fg-3 text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}
