import type { ComponentProps } from 'react';
import { cn } from '@/lib/cn';
import { BOX } from '../form/parts';
import type { Mode } from '../model/paths';
import { segmentsOf } from '../model/templates';

interface RestViewProps extends ComponentProps<'div'> {
  value: string;
  mode: Mode;
  ghost: string;
}

const MOST = 4_000;

/** A field that nobody writes in: its text, with pills where expressions stand. It costs no editor. */
export function RestView({ value, mode, ghost, className, ...rest }: RestViewProps) {
  const shown = value.length > MOST ? `${value.slice(0, MOST)}…` : value;
  const hasPills = mode === 'template' || mode === 'json';
  return (
    <div
      {...rest}
      className={cn(
        BOX,
        'min-h-8 cursor-text whitespace-pre-wrap break-words px-3 py-[5px] font-mono text-xs leading-5 [overflow-wrap:anywhere]',
        className,
      )}
    >
      {value === '' && <span className="text-fg-3">{ghost || '\u200b'}</span>}
      {hasPills
        ? segmentsOf(shown).map(({ kind, source, from }) =>
            kind === 'expression' ? (
              <span key={from} className="rounded-sm bg-accent-soft text-accent">
                {source}
              </span>
            ) : (
              source
            ),
          )
        : shown}
    </div>
  );
}
