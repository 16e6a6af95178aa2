import { RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import { useWorkflowSummary } from '../hooks';

const RunDialog = lazy(() => import('./run-dialog'));

interface RunAgainProps {
  workflowId: string;
  /** What the earlier execution began with; it can be changed before it is sent. */
  input: unknown;
}

/** Starts the workflow as it is live now, with what an earlier execution began with. */
export function RunAgain({ workflowId, input }: RunAgainProps) {
  const { t } = useTranslation('workflows');
  const workflow = useWorkflowSummary(workflowId);
  const mayRun = useMay('workflow.execute');
  const [isAsking, setAsking] = useState(false);
  if (workflow === undefined || workflow.live_version === null || !mayRun) return null;
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        <RotateCcw aria-hidden />
        {t('run_again')}
      </Button>
      <Suspense>
        {isAsking && (
          <RunDialog workflow={workflow} input={input} onClose={() => setAsking(false)} />
        )}
      </Suspense>
    </>
  );
}
