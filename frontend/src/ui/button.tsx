import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import { type ComponentProps, useId } from 'react';
import { cn } from '@/lib/cn';

const styles = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-[background-color,border-color,color] duration-120 aria-disabled:pointer-events-none aria-disabled:opacity-50 disabled:pointer-events-none disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-accent text-accent-fg shadow-1 hover:bg-accent-strong',
        secondary: 'border border-line bg-panel text-fg shadow-1 hover:bg-sunken',
        quiet: 'text-fg-2 hover:bg-hover hover:text-fg',
        marked: 'border border-accent bg-accent-soft text-accent',
        danger: 'border border-line bg-panel text-bad shadow-1 hover:border-bad hover:bg-bad-soft',
      },
      size: {
        lg: 'h-9 px-4 [&_svg]:size-4',
        md: 'h-8 px-3 [&_svg]:size-4',
        sm: 'h-7 px-2.5 text-xs [&_svg]:size-3.5',
        icon: 'size-8 [&_svg]:size-4',
        'icon-sm': 'size-7 [&_svg]:size-3.5',
      },
    },
    defaultVariants: { look: 'secondary', size: 'md' },
  },
);

export type ButtonStyle = VariantProps<typeof styles>;

export const buttonClass = (style: ButtonStyle = {}): string => styles(style);

interface ButtonProps extends ComponentProps<'button'>, ButtonStyle {
  /** Shows a spinner and ignores clicks, but stays focusable, so that focus is not lost. */
  isBusy?: boolean;
  /** Why it does nothing: it stays where focus and pointer find it, and says so. */
  why?: string | undefined;
}

export function Button({
  look,
  size,
  isBusy = false,
  why,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const id = useId();
  const isOff = isBusy || why !== undefined;
  return (
    <button
      type="button"
      className={cn(
        styles({ look, size }),
        why !== undefined && 'aria-disabled:pointer-events-auto aria-disabled:cursor-not-allowed',
        className,
      )}
      aria-disabled={isOff || undefined}
      onClick={isOff ? (event) => event.preventDefault() : onClick}
      {...(why === undefined ? {} : { title: why, 'aria-describedby': id })}
      {...rest}
    >
      {isBusy && <LoaderCircle className="spin size-4" aria-hidden />}
      {children}
      {why !== undefined && (
        <span id={id} hidden>
          {why}
        </span>
      )}
    </button>
  );
}
