import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface PageHeaderProps {
  title: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** The bar of 48 px on top of each page: its name at the left, what it can do at the right. */
export const PageHeader = ({ title, children, className }: PageHeaderProps) => (
  <header
    className={cn(
      'flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-line border-b bg-panel px-4 py-2 md:flex-nowrap',
      className,
    )}
  >
    {typeof title === 'string' ? <h1 className="font-semibold text-base">{title}</h1> : title}
    <div className="flex grow flex-wrap items-center justify-end gap-2 empty:hidden md:shrink-0 md:flex-nowrap">
      {children}
    </div>
  </header>
);
