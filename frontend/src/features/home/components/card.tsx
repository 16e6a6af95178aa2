import { ArrowUpRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface CardProps {
  title: string;
  count?: number | undefined;
  /** Where all of it is to be seen. */
  more?: { to: string; label: string };
  children: ReactNode;
}

/** A part of the page under its title. */
export function Card({ title, count, more, children }: CardProps) {
  return (
    <section
      aria-label={title}
      className="min-w-0 overflow-hidden rounded-xl border border-line bg-panel shadow-1"
    >
      <header className="flex h-11 items-center gap-2 border-line border-b px-4">
        <h2 className="font-semibold">{title}</h2>
        {count !== undefined && count > 0 && (
          <span className="grid h-5 min-w-5 place-items-center rounded-full bg-sunken px-1.5 text-2xs text-fg-2 tabular-nums">
            {count}
          </span>
        )}
        {more !== undefined && (
          <Link
            to={more.to}
            className="ml-auto flex min-h-6 items-center gap-1 text-fg-2 text-xs hover:text-fg"
          >
            {more.label}
            <ArrowUpRight className="size-3.5" aria-hidden />
          </Link>
        )}
      </header>
      {children}
    </section>
  );
}
