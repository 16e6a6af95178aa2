import { ListFilter } from 'lucide-react';
import { Fragment, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { matchOf, OPERATORS, readFilters, typedList, typedOf } from '@/engine/filters';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import type { Webhook } from '../api';

const FiltersDialog = lazy(() => import('./filters-dialog'));

/** The filters that count now, in words. */
function Rows({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const rows = readFilters(webhook.config.filters);
  if (rows === null) return <p className="text-fg-2 text-xs">{t('filters.raw')}</p>;
  const match = matchOf(rows);
  const valueOf = (operator: keyof typeof OPERATORS, value: unknown): string => {
    if (OPERATORS[operator] === 'none') return '';
    return OPERATORS[operator] === 'list' ? typedList(value) : typedOf(value);
  };
  return (
    <>
      {rows.length > 1 && <p className="text-fg-3 text-xs">{t(`filters.match_${match}`)}</p>}
      <ul className="flex flex-col gap-1">
        {rows.map((row, index) => (
          <Fragment key={index}>
            {match === 'groups' && row.group !== rows[index - 1]?.group && (
              <li className="text-2xs text-fg-3">
                {t('filters.group_of', { number: row.group + 1 })}
              </li>
            )}
            <li className={cn('break-words text-xs', !row.isOn && 'text-fg-3 line-through')}>
              <code className="font-mono">{row.path}</code>{' '}
              <span className="text-fg-2">{t(`filters.operators.${row.operator}`)}</span>{' '}
              <code className="font-mono">{valueOf(row.operator, row.value)}</code>
            </li>
          </Fragment>
        ))}
      </ul>
    </>
  );
}

/** Which deliveries start an execution, as the live version says it; the draft's filters are edited from here. */
export function FiltersCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const [isEditing, setEditing] = useState(false);
  const mayUpdate = useMay('workflow.update');
  const { condition, config } = webhook;
  const hasNone = Array.isArray(config.filters) ? config.filters.length === 0 : !config.filters;
  return (
    <Card title={t('filters.title')}>
      {hasNone && condition === '' && <p className="text-fg-2 text-xs">{t('filters.none')}</p>}
      {!hasNone && <Rows webhook={webhook} />}
      {condition !== '' && (
        <p className="text-xs">
          <span className="text-fg-3">{t('filters.condition')} </span>
          <code className="break-words font-mono">{condition}</code>
        </p>
      )}
      <Button
        size="sm"
        className="self-start"
        why={mayUpdate ? undefined : t('filters.no_permission')}
        onClick={() => setEditing(true)}
      >
        <ListFilter aria-hidden />
        {t(hasNone ? 'filters.add_first' : 'filters.edit')}
      </Button>
      <Suspense>
        {isEditing && <FiltersDialog webhook={webhook} onClose={() => setEditing(false)} />}
      </Suspense>
    </Card>
  );
}
