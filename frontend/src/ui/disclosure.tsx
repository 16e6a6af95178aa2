import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface DisclosureProps {
  summary: ReactNode;
  /** Open from the beginning. */
  isOpen?: boolean;
  className?: string;
  children: ReactNode;
}

/** A line that opens what stands below it. */
export const Disclosure = ({ summary, isOpen = false, className, children }: DisclosureProps) => (
  <details open={isOpen} className={cn('group', className)}>
    <summary className="flex min-h-6 list-none items-center gap-1.5 rounded-sm text-fg-2 hover:text-fg [&::-webkit-details-marker]:hidden">
      <ChevronRight className="size-3.5 shrink-0 text-fg-3 group-open:rotate-90" aria-hidden />
      {summary}
    </summary>
    {children}
  </details>
);
