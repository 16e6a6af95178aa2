import { cn } from '@/lib/cn';
import { labels, type ShortcutId } from '@/lib/keys';

export function Kbd({ id, className }: { id: ShortcutId; className?: string }) {
  return (
    <span className={cn('inline-flex gap-0.5', className)} aria-hidden>
      {labels(id).map((label) => (
        <kbd
          key={label}
          className="grid h-5 min-w-5 place-items-center rounded-sm border border-line bg-sunken px-1 font-medium font-sans text-2xs text-fg-3"
        >
          {label}
        </kbd>
      ))}
    </span>
  );
}
