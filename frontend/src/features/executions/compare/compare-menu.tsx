import { ChevronDown, GitCompareArrows } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import type { Execution } from '../types';
import { comparing } from './address';
import { lastGood } from './api';

const ChooseDialog = lazy(() => import('./choose-dialog'));

/** Puts an execution beside the last one of its workflow that went well, or beside another one. */
export function CompareMenu({ execution }: { execution: Execution }) {
  const { t } = useTranslation(['compare', 'executions']);
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [isLooking, setLooking] = useState(false);
  const withLastGood = async (): Promise<void> => {
    setLooking(true);
    try {
      const good = await lastGood(execution.workflow_id, execution.id);
      if (good === undefined) tell.failed(new Error(t('no_good')));
      else void navigate(comparing(good.id, execution.id));
    } finally {
      setLooking(false);
    }
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button size="sm" look="quiet" aria-label={t('open')} isBusy={isLooking}>
            <GitCompareArrows aria-hidden />
            <span className="max-md:hidden">{t('open')}</span>
            <ChevronDown className="max-md:hidden" aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => void withLastGood().catch(tell.failed)}>
          {t('with_last_good')}
        </MenuItem>
        <MenuItem onSelect={() => setAsking(true)}>{t('with_other')}</MenuItem>
      </Menu>
      <Suspense>
        {isAsking && (
          <ChooseDialog
            workflowId={execution.workflow_id}
            exceptId={execution.id}
            onChoose={(id) => void navigate(comparing(id, execution.id))}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
