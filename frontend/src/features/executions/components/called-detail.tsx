import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { useWholeStep } from '../compare/api';
import { StepDetail } from './detail';
import type { CalledStep } from './sub-lines';

/** What went into a node of an execution that was called, and what came out of it. */
export default function CalledDetail({
  called,
  onClose,
}: {
  called: CalledStep;
  onClose: () => void;
}) {
  const { t } = useTranslation('executions');
  const { data, error, refetch } = useWholeStep(called.executionId, called.step);
  if (error !== null && data === undefined)
    return (
      <div className="min-w-0 flex-1 overflow-y-auto">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (data === undefined)
    return (
      <div aria-busy className="flex flex-1 flex-col gap-4 p-5">
        <Skeleton className="w-48" />
        <Skeleton className="w-64" />
      </div>
    );
  return (
    <StepDetail
      executionId={called.executionId}
      step={data}
      name={called.name}
      pass={called.pass}
      actions={
        <Link to={`/executions/${called.executionId}`} className={buttonClass({ size: 'sm' })}>
          {t('called.open_execution')}
        </Link>
      }
      onClose={onClose}
    />
  );
}
