import { cn } from '@/lib/cn';
import { labels, type ShortcutId } from '@/lib/keys';

interface KbdProps {
  id: ShortcutId;
  /** Stands on a coloured button. */
  isOnAccent?: boolean;
  className?: string;
}

export function Kbd({ id, isOnAccent = false, className }: KbdProps) {
  return (
    <span className={cn('inline-flex gap-0.5', className)} aria-hidden>
      {labels(id).map((label) => (
        <kbd
          key={label}
          className={cn(
            'grid h-5 min-w-5 place-items-center rounded-sm px-1 font-medium font-sans text-2xs',
            isOnAccent
              ? 'border border-accent-fg/35 text-accent-fg'
              : 'border border-line bg-sunken text-fg-3',
          )}
        >
          {label}
        </kbd>
      ))}
    </span>
  );
}
