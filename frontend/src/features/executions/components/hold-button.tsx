import { Pause, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { useHold } from '../api';
import { type Execution, isFinal } from '../types';

/** Pauses an execution that goes on, and lets one go on that is paused. */
export function HoldButton({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const hold = useHold(execution.id);
  const mayHold = useMay('execution.cancel');
  if (isFinal(execution.status) || execution.status === 'cancelling' || !mayHold) return null;
  const verb = execution.status === 'paused' ? 'resume' : 'pause';
  const Icon = verb === 'pause' ? Pause : Play;
  return (
    <Button
      size="sm"
      isBusy={hold.isPending}
      onClick={() =>
        hold.mutate(verb, {
          onSuccess: () => tell.done(t(`page.${verb}_asked`)),
          onError: tell.failed,
        })
      }
    >
      <Icon aria-hidden />
      {t(`page.${verb}`)}
    </Button>
  );
}
