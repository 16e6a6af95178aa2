import { RotateCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { useDecideStep } from '../api';
import type { Decision, Step } from '../types';

interface DecideProps {
  executionId: string;
  step: Step;
}

/** Nobody knows whether the node acted: its worker vanished in the middle, and a person says what is to become of it. */
export function Decide({ executionId, step }: DecideProps) {
  const { t } = useTranslation('executions');
  const decide = useDecideStep(executionId);
  const mayExecute = useMay('workflow.execute');
  const say = (decision: Decision) =>
    decide.mutate(
      { step, decision },
      { onSuccess: () => tell.done(t(`decide.said_${decision}`)), onError: tell.failed },
    );
  if (step.decision !== null) {
    return <p className="text-warn">{t(`decide.said_${step.decision}`)}</p>;
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="min-w-0 flex-1 basis-64 text-warn">{t('decide.why')}</p>
      {mayExecute && (
        <>
          <Button size="sm" isBusy={decide.isPending} onClick={() => say('rerun')}>
            <RotateCw aria-hidden />
            {t('decide.rerun')}
          </Button>
          <Button look="danger" size="sm" isBusy={decide.isPending} onClick={() => say('fail')}>
            <X aria-hidden />
            {t('decide.fail')}
          </Button>
        </>
      )}
    </div>
  );
}
