import { type ReactNode, useId } from 'react';
import { cn } from '@/lib/cn';

interface ChoiceProps {
  kind: 'radio' | 'checkbox';
  /** Radios of one name exclude each other. */
  name: string;
  label: string;
  text?: string | undefined;
  isChosen: boolean;
  /** Why it cannot be changed; it stands below the words. */
  why?: string | undefined;
  onChoose: (isChosen: boolean) => void;
}

/** One of several that can be chosen, with what it means and why it cannot. */
export function Choice({ kind, name, label, text, isChosen, why, onChoose }: ChoiceProps) {
  const id = useId();
  const isOff = why !== undefined;
  return (
    <label
      className={cn(
        'flex min-h-9 items-start gap-2.5 px-3 py-2',
        isOff ? 'cursor-not-allowed' : 'hover:bg-hover',
      )}
    >
      <input
        type={kind}
        name={name}
        checked={isChosen}
        disabled={isOff}
        aria-describedby={text === undefined && why === undefined ? undefined : id}
        onChange={(event) => onChoose(event.target.checked)}
        aria-label={label}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 flex-1">
        <span aria-hidden className={cn('block break-words', isOff && 'text-fg-3')}>
          {label}
        </span>
        <span id={id} className="block text-fg-3 text-xs">
          {text}
          {why !== undefined && <span className="block text-fg-2">{why}</span>}
        </span>
      </span>
    </label>
  );
}

/** A frame around choices that belong together. */
export const Choices = ({ label, children }: { label: string; children: ReactNode }) => (
  <fieldset className="flex min-w-0 flex-col">
    <legend className="mb-1.5 font-medium">{label}</legend>
    <div className="divide-y divide-line overflow-hidden rounded-md border border-line">
      {children}
    </div>
  </fieldset>
);
