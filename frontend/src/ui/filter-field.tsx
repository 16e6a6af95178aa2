import { Search } from 'lucide-react';
import type { Ref } from 'react';
import { useTyped } from '@/lib/typed';
import { Kbd } from './kbd';

interface FilterFieldProps {
  ref: Ref<HTMLInputElement>;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** The small search box of a list; Escape clears it, then leaves it. */
export function FilterField({ ref, label, value, onChange }: FilterFieldProps) {
  const { type, ...typed } = useTyped(value, onChange);
  return (
    <label className="relative flex items-center max-sm:min-w-36 max-sm:flex-1">
      <span className="sr-only">{label}</span>
      <Search className="pointer-events-none absolute left-2 size-3.5 text-fg-3" aria-hidden />
      <input
        ref={ref}
        type="search"
        {...typed}
        placeholder={label}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (typed.value === '') event.currentTarget.blur();
          else type('');
        }}
        className="h-7 w-full rounded-md border border-line bg-bg pr-8 pl-7 text-xs placeholder:text-fg-3 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 sm:w-56 [&::-webkit-search-cancel-button]:hidden"
      />
      {typed.value === '' && <Kbd id="filter" className="absolute right-1 max-sm:hidden" />}
    </label>
  );
}
