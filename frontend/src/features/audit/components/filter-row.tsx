import { ListFilter, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { useTyped } from '@/lib/typed';
import { Button } from '@/ui/button';
import { useActors } from '../api';
import { CATEGORIES, OUTCOMES, SEVERITIES, type useWanted } from '../filters';

const BOX =
  'h-7 min-w-0 rounded-md border border-line bg-panel px-2 text-xs focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0';

interface NamedProps {
  label: string;
  children: ReactNode;
}

const Named = ({ label, children }: NamedProps) => (
  <label className="flex min-w-0 items-center gap-1.5 text-fg-2 text-xs max-sm:w-full max-sm:justify-between">
    {label}
    {children}
  </label>
);

interface SelectProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
}

function Select({ label, value, options, onChoose }: SelectProps) {
  const { t } = useTranslation('audit');
  const isKnown = value === '' || options.some((one) => one.value === value);
  return (
    <Named label={label}>
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className={`${BOX} max-w-28 text-fg max-sm:w-44 max-sm:max-w-none`}
      >
        <option value="">{t('all')}</option>
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </Named>
  );
}

/** By whom, what, how and when; all of it stands in the address. */
export function FilterRow({ filter }: { filter: ReturnType<typeof useWanted> }) {
  const { t } = useTranslation('audit');
  const actors = useActors(useMay('user.read')).data ?? [];
  const { valueOf, set } = filter;
  const { type, ...action } = useTyped(valueOf('action'), (typed) => set({ action: typed }));
  const [isOpen, setOpen] = useState(false);
  const day = (name: 'since' | 'until') => (
    <Named label={t(`by.${name}`)}>
      <input
        type="date"
        value={valueOf(name)}
        onChange={(event) => set({ [name]: event.target.value })}
        className={`${BOX} text-fg max-sm:w-44`}
      />
    </Named>
  );
  return (
    <div className="mb-3">
      <Button
        size="sm"
        className="sm:hidden"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <ListFilter aria-hidden />
        {t('by.more')}
      </Button>
      <div
        className={cn(
          'flex flex-wrap items-center gap-x-3 gap-y-2 max-sm:mt-3',
          !isOpen && 'max-sm:hidden',
        )}
      >
        <Select
          label={t('by.actor')}
          value={valueOf('actor')}
          options={actors.map(({ id, name, email }) => ({ value: id, label: name || email }))}
          onChoose={(actor) => set({ actor })}
        />
        <Select
          label={t('by.category')}
          value={valueOf('category')}
          options={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
          onChoose={(category) => set({ category })}
        />
        <Select
          label={t('by.outcome')}
          value={valueOf('outcome')}
          options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
          onChoose={(outcome) => set({ outcome })}
        />
        <Select
          label={t('by.severity')}
          value={valueOf('severity')}
          options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
          onChoose={(severity) => set({ severity })}
        />
        <Named label={t('by.action')}>
          <input
            {...action}
            placeholder={t('by.action_hint')}
            spellCheck={false}
            onChange={(event) => type(event.target.value.trim())}
            className={`${BOX} w-32 text-fg placeholder:text-fg-3 max-sm:w-44`}
          />
        </Named>
        {day('since')}
        {day('until')}
        {filter.isAny && (
          <Button size="sm" look="quiet" onClick={filter.clear}>
            <X aria-hidden />
            {t('clear')}
          </Button>
        )}
      </div>
    </div>
  );
}
