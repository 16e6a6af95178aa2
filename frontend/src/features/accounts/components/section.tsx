import { type ReactNode, useId } from 'react';

interface SectionProps {
  title: string;
  text?: string;
  children: ReactNode;
}

/** One field and its button, side by side where there is room. */
export const Line = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-col items-start gap-3 sm:flex-row sm:items-end [&>:first-child]:w-full [&>:first-child]:min-w-0 sm:[&>:first-child]:flex-1">
    {children}
  </div>
);

/** One matter of the account. */
export function Section({ title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="rounded-xl border border-line bg-panel p-5 shadow-1 sm:p-6"
    >
      <h2 id={id} className="font-semibold text-base">
        {title}
      </h2>
      {text !== undefined && <p className="mt-0.5 text-pretty text-fg-2">{text}</p>}
      <div className="mt-4 flex flex-col gap-3">{children}</div>
    </section>
  );
}
