import { cn } from '@/lib/cn';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChoose: (value: T) => void;
  className?: string;
}

/** A small row of alternatives of which one is pressed. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChoose,
  className,
}: SegmentedProps<T>) {
  return (
    <fieldset
      className={cn('flex rounded-md bg-sunken p-0.5 inset-ring inset-ring-line', className)}
    >
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
          className="h-6 rounded-sm px-2 font-medium text-2xs text-fg-2 hover:text-fg aria-pressed:bg-raised aria-pressed:text-fg aria-pressed:shadow-1"
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
