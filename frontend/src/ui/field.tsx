import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '@/lib/cn';

const BOX =
  'w-full rounded-md border border-line-strong/60 bg-panel text-fg shadow-1 placeholder:text-fg-3 aria-invalid:border-bad focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0';

interface FieldFrame {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

interface Wired {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
}

function useWired({ hint, error }: FieldFrame): Wired {
  const id = useId();
  const described = [
    error === undefined ? '' : `${id}-error`,
    hint === undefined ? '' : `${id}-hint`,
  ];
  return {
    id,
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
  };
}

function Frame({
  label,
  hint,
  error,
  wired,
  children,
}: FieldFrame & { wired: Wired; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={wired.id} className="font-medium">
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${wired.id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${wired.id}-hint`} className="text-fg-3 text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  className,
  ...input
}: FieldFrame & ComponentProps<'input'>) {
  const wired = useWired({ label, hint, error });
  return (
    <Frame label={label} hint={hint} error={error} wired={wired}>
      <input {...wired} {...input} className={cn(BOX, 'h-9 px-3', className)} />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...select
}: FieldFrame & ComponentProps<'select'>) {
  const wired = useWired({ label, hint, error });
  return (
    <Frame label={label} hint={hint} error={error} wired={wired}>
      <select {...wired} {...select} className={cn(BOX, 'h-9 px-2.5', className)}>
        {children}
      </select>
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...input
}: FieldFrame & ComponentProps<'textarea'>) {
  const wired = useWired({ label, hint, error });
  return (
    <Frame label={label} hint={hint} error={error} wired={wired}>
      <textarea
        spellCheck={false}
        {...wired}
        {...input}
        className={cn(BOX, 'resize-y px-3 py-2 font-mono text-xs leading-5', className)}
      />
    </Frame>
  );
}
