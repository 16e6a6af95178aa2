import type { ReactNode } from 'react';

interface PartProps {
  title: string;
  text?: string;
  children: ReactNode;
}

/** One step on the way to a connection that works. */
export const Part = ({ title, text, children }: PartProps) => (
  <div className="border-line border-t pt-4">
    <h3 className="font-medium">{title}</h3>
    {text !== undefined && <p className="mt-0.5 text-fg-2">{text}</p>}
    <div className="mt-3 flex flex-col gap-3">{children}</div>
  </div>
);
