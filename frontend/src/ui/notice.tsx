import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  /** How it went, where the icon says so too. */
  tone?: 'ok' | 'bad' | undefined;
  text?: ReactNode;
  /** What to do next; a page that ends nowhere helps nobody. */
  children?: ReactNode;
  className?: string;
}

const TONES = { ok: 'bg-ok-soft text-ok', bad: 'bg-bad-soft text-bad', none: 'bg-panel text-fg-3' };

/** The middle of an empty, failed or forbidden page. */
export function Notice({ icon: Icon, title, tone, text, children, className }: NoticeProps) {
  return (
    <div className={cn('flex flex-col items-center px-6 py-16 text-center', className)}>
      <span
        className={cn(
          'mb-4 grid size-11 place-items-center rounded-xl border border-line shadow-1',
          TONES[tone ?? 'none'],
        )}
      >
        <Icon className="size-5" aria-hidden />
      </span>
      <h2 className="font-semibold text-base">{title}</h2>
      {text !== undefined && <p className="mt-1 max-w-[44ch] text-balance text-fg-2">{text}</p>}
      {children !== undefined && (
        <div className="mt-5 flex flex-wrap items-center justify-center gap-2">{children}</div>
      )}
    </div>
  );
}
