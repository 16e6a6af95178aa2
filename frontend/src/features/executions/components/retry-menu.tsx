import { ChevronDown, RotateCw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { mayFail, type Point, useRetrier } from '../retrying';
import { type Execution, isFinal, type RetryFrom, type RetryVersion } from '../types';

const RetryDialog = lazy(() => import('./retry-dialog'));

interface RetryMenuProps {
  execution: Execution;
  /** The nodes that it may begin at. */
  points: readonly Point[];
  /** The one that a reader looks at: then this is the menu of that node. */
  here?: Point;
}

/** A finished execution once more, as a new one: from which place, in which version, with which data. */
export function RetryMenu({ execution, points, here }: RetryMenuProps) {
  const { t } = useTranslation('executions');
  const { start, isBusy } = useRetrier(execution);
  const [isAsking, setAsking] = useState(false);
  const mayExecute = useMay('workflow.execute');
  if (!isFinal(execution.status) || !mayExecute) return null;
  const places: RetryFrom[] =
    here !== undefined ? ['node'] : mayFail(execution) ? ['failed', 'start'] : ['start'];
  const items = (version: RetryVersion) => (
    <>
      <MenuLabel>{t(`retry.${version}`)}</MenuLabel>
      {places.map((place) => (
        <MenuItem
          key={place}
          onSelect={() =>
            start({
              start_at: place,
              version,
              ...(here === undefined ? {} : { node_id: here.id }),
            })
          }
        >
          {t(`retry.${place}`, { name: here?.name })}
        </MenuItem>
      ))}
    </>
  );
  return (
    <>
      <Menu
        align="end"
        className="max-w-80"
        trigger={
          <Button size="sm" isBusy={isBusy}>
            <RotateCw aria-hidden />
            {t(here === undefined ? 'retry.retry' : 'retry.here')}
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        {items('same')}
        <MenuSeparator />
        {items('newest')}
        <MenuSeparator />
        <MenuItem onSelect={() => setAsking(true)}>{t('retry.other')}</MenuItem>
      </Menu>
      <Suspense>
        {isAsking && (
          <RetryDialog
            execution={execution}
            points={points}
            {...(here === undefined ? {} : { here: here.id })}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
