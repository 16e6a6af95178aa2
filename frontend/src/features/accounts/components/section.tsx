import type { ReactNode } from 'react';

interface SectionProps {
  title: string;
  text?: string;
  children: ReactNode;
}

/** One matter of the account. */
export function Section({ title, text, children }: SectionProps) {
  return (
    <section className="rounded-xl border border-line bg-panel p-5 shadow-1 sm:p-6">
      <h2 className="font-semibold text-base">{title}</h2>
      {text !== undefined && <p className="mt-0.5 text-pretty text-fg-2">{text}</p>}
      <div className="mt-4 flex flex-col gap-3">{children}</div>
    </section>
  );
}
