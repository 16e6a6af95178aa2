import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface CardProps {
  title: string;
  /** What can be done with it; it stands at the right of its title. */
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** One matter of a page, under its name. */
export const Card = ({ title, action, className, children }: CardProps) => (
  <section
    aria-label={title}
    className={cn('rounded-xl border border-line bg-panel shadow-1', className)}
  >
    <header className="flex min-h-11 items-center gap-2 px-4 pt-2">
      <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
      {action}
    </header>
    <div className="flex flex-col gap-3 px-4 pt-1 pb-4">{children}</div>
  </section>
);
