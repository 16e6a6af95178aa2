import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';
import { Button } from './button';
import { Menu, MenuChoice } from './menu';

const ANY = 'any';

interface FilterMenuProps<T extends string> {
  /** What is filtered by. */
  label: string;
  /** What it is called that everything is shown. */
  any: string;
  value: T | null;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
  onChoose: (value: T | null) => void;
  className?: string;
}

/** One filter of a list: what is chosen stands on its button, which is marked while it narrows. */
export function FilterMenu<T extends string>(props: FilterMenuProps<T>) {
  const { label, any, value, options, onChoose, className } = props;
  const chosen = options.find((one) => one.value === value);
  const shown = chosen?.label ?? any;
  return (
    <Menu
      className="max-h-[60dvh] max-w-72 overflow-y-auto"
      trigger={
        <Button
          size="sm"
          aria-label={`${label}: ${shown}`}
          look={chosen === undefined ? 'secondary' : 'marked'}
          className={cn('max-w-56', className)}
        >
          {chosen?.icon}
          <span className="truncate">{shown}</span>
          <ChevronDown className="text-fg-3" aria-hidden />
        </Button>
      }
    >
      <MenuChoice<string>
        value={value ?? ANY}
        onChoose={(next) => onChoose(next === ANY ? null : (next as T))}
        options={[{ value: ANY, label: any }, ...options]}
      />
    </Menu>
  );
}
