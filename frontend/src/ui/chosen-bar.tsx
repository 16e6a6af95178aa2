import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';

interface ChosenBarProps {
  /** How many are chosen, where it is not their number. */
  label?: string;
  selection: {
    chosen: readonly unknown[];
    isAll: boolean;
    toggleAll: () => void;
    clear: () => void;
  };
  /** How many rows the list shows. */
  shown: number;
  /** What can be done with them. */
  children: ReactNode;
  /** What stands beside the ways to choose all and none. */
  more?: ReactNode;
}

/** What can be done with the chosen rows: how many they are before it, the ways to choose all or none behind it. */
export function ChosenBar({ label, selection, shown, children, more }: ChosenBarProps) {
  const { t } = useTranslation();
  const { chosen, isAll, toggleAll, clear } = selection;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className="mr-1 font-medium tabular-nums">
        {label ?? t('chosen.count', { count: chosen.length })}
      </span>
      {children}
      {!isAll && (
        <Button size="sm" look="quiet" onClick={toggleAll}>
          {t('chosen.all', { count: shown })}
        </Button>
      )}
      {more}
      <Button size="sm" look="quiet" onClick={clear}>
        <X aria-hidden />
        {t('chosen.none')}
      </Button>
    </div>
  );
}
