import { cn } from '@/lib/cn';
import { CopyButton } from './copy-button';

interface CodeBlockProps {
  code: string;
  copyLabel: string;
  className?: string;
}

/** Text to copy: it scrolls sideways instead of wrapping, and can be scrolled by keyboard. */
export function CodeBlock({ code, copyLabel, className }: CodeBlockProps) {
  return (
    <div className={cn('flex items-start rounded-lg border border-line bg-sunken', className)}>
      <pre
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto p-3 font-mono text-xs leading-5"
      >
        {code}
      </pre>
      <CopyButton label={copyLabel} text={() => code} className="m-1.5 shrink-0" />
    </div>
  );
}
