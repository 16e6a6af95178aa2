import { cn } from '@/lib/cn';

/** The product's mark: three nodes, two edges, on the accent. */
export const Mark = ({ className }: { className?: string }) => (
  <span
    className={cn(
      'grid shrink-0 place-items-center rounded-lg bg-accent text-accent-fg',
      className,
    )}
  >
    <svg
      viewBox="0 0 24 24"
      className="size-[66%]"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden
    >
      <path d="M8 12h3.5a3 3 0 0 0 3-3V8.6M11.5 12a3 3 0 0 1 3 3v.4" strokeLinecap="round" />
      <circle cx="5.5" cy="12" r="2.5" />
      <circle cx="16.5" cy="6.2" r="2.5" />
      <circle cx="16.5" cy="17.8" r="2.5" />
    </svg>
  </span>
);
