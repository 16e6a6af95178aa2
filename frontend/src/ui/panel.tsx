import { type ReactNode, useId } from 'react';

interface PanelProps {
  title: string;
  text?: ReactNode;
  children: ReactNode;
}

/** One matter of a page of settings, in a frame of its own. */
export function Panel({ title, text, children }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="rounded-xl border border-line bg-panel p-4 shadow-1 sm:p-5"
    >
      <h2 id={id} className="font-semibold text-base">
        {title}
      </h2>
      {text !== undefined && <p className="mt-0.5 text-pretty text-fg-2">{text}</p>}
      <div className="mt-4 flex flex-col gap-4">{children}</div>
    </section>
  );
}

/** The middle of a page of settings: narrow enough to be read. */
export const PanelBody = ({ children }: { children: ReactNode }) => (
  <div className="mx-auto flex w-full max-w-[840px] flex-col gap-4 p-3 sm:p-6">{children}</div>
);
