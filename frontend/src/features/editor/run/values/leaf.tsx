import { glimpseOf, kindOf, REDACTED } from '@/engine/json';
import { cn } from '@/lib/cn';

const SHOWN_CHARACTERS = 2_000;

const COLOURS: Readonly<Record<string, string>> = {
  string: 'text-ok',
  number: 'text-run',
  boolean: 'text-accent',
  null: 'text-fg-3',
};

const isBranch = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** A value that is not opened: a text, a number or a truth whole, of an object or list a glimpse. */
export function Leaf({ value, className }: { value: unknown; className?: string }) {
  if (value === REDACTED)
    return <span className="rounded-sm bg-warn-soft px-1 text-warn">{REDACTED}</span>;
  if (isBranch(value)) {
    const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
    return (
      <span className={cn('text-fg-3', className)}>
        {left}
        {glimpseOf(value)}
        {right}
      </span>
    );
  }
  const text = value === undefined ? '' : JSON.stringify(value);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return <span className={cn('break-words', COLOURS[kindOf(value)], className)}>{shown}</span>;
}
