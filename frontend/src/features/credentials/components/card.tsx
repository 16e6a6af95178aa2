import type { ReactNode } from 'react';
import { useTitle } from '@/lib/title';
import { Mark } from '@/ui/mark';

/** One card in the middle: for pages in a window of their own, or in the place of the one that was left. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 p-4">
      <Mark className="size-8" />
      <div className="w-full max-w-[440px] rounded-xl border border-line bg-panel shadow-2">
        {children}
      </div>
    </main>
  );
}
