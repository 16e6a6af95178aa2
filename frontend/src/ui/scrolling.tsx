import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface ScrollingProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** A part of the page that scrolls by itself, by keyboard too. */
export const Scrolling = ({ label, className, children }: ScrollingProps) => (
  <div
    className={cn('min-h-0 flex-1 overflow-auto', className)}
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
    tabIndex={0}
    role="region"
    aria-label={label}
  >
    {children}
  </div>
);
