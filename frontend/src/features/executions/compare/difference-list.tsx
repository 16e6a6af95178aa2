import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { pathName } from '@/engine/differences';
import { cn } from '@/lib/cn';
import { FieldDiff } from '@/ui/field-diff';
import type { Section } from './sections';

interface DifferenceListProps {
  sections: readonly Section[];
  /** Which one is looked at, counted through all sections; -1: none yet. */
  at: number;
}

/** Every place at which two values differ, what stood there above what stands there. */
export function DifferenceList({ sections, at }: DifferenceListProps) {
  const { t } = useTranslation('compare');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const differing = sections.filter(({ differences }) => differences.list.length > 0);
  if (differing.length === 0)
    return (
      <p className="flex items-center gap-2 px-4 py-6 text-fg-2">
        <Check className="size-4 shrink-0 text-ok" aria-hidden />
        {t('same')}
      </p>
    );
  const firsts = differing.map((_, place) =>
    differing.slice(0, place).reduce((sum, { differences }) => sum + differences.list.length, 0),
  );
  return (
    <div ref={list} className="flex flex-col gap-5 p-4">
      {differing.map(({ part, differences }, place) => (
        <section key={part} aria-label={t(`part.${part}`)}>
          <h3 className="mb-2 flex items-baseline gap-2 font-semibold">
            {t(`part.${part}`)}
            <span className="font-normal text-fg-3 text-xs tabular-nums">
              {differences.isCut
                ? t('first_of_many', { count: differences.list.length })
                : t('differences', { count: differences.list.length })}
            </span>
          </h3>
          <ol className="flex flex-col gap-1.5">
            {differences.list.map((difference, index) => {
              const isHere = (firsts[place] ?? 0) + index === at;
              return (
                <li
                  key={JSON.stringify(difference.path)}
                  aria-current={isHere || undefined}
                  className={cn('rounded-md', isHere && 'outline-2 outline-accent')}
                >
                  <FieldDiff change={difference} name={pathName(difference.path)} />
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </div>
  );
}
