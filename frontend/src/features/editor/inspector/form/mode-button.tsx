import { Braces } from 'lucide-react';
import { cn } from '@/lib/cn';

interface ModeButtonProps {
  /** What pressing it means, with the field's name: it stands beside every field. */
  label: string;
  /** What stands on it; without, there is only the sign. */
  word?: string;
  isOn: boolean;
  /** Why it cannot be pressed. */
  reason?: string | undefined;
  onToggle: (() => void) | null;
}

/** Switches a field between its own control and another way to write its value. */
export function ModeButton({ label, word, isOn, reason, onToggle }: ModeButtonProps) {
  const isOff = onToggle === null;
  return (
    <button
      type="button"
      aria-pressed={isOn}
      aria-label={label}
      aria-disabled={isOff || undefined}
      title={isOff ? reason : undefined}
      onClick={() => onToggle?.()}
      className={cn(
        'flex h-6 shrink-0 items-center gap-1 rounded-sm px-1.5 text-2xs text-fg-3 hover:bg-hover hover:text-fg aria-disabled:text-fg-3',
        'aria-pressed:bg-accent-soft aria-pressed:text-accent',
        // It waits for a hand to come near: a form is for reading first.
        !isOn &&
          'opacity-0 focus-visible:opacity-100 group-focus-within/row:opacity-100 group-hover/row:opacity-100 pointer-coarse:opacity-100',
      )}
    >
      <Braces className="size-3" aria-hidden />
      {word}
    </button>
  );
}
