import { RotateCcw } from 'lucide-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import { useWorkflow } from '../api';
import { RunDialog } from '../dialogs';

interface RunAgainProps {
  workflowId: string;
  /** What the earlier execution began with; it can be changed before it is sent. */
  input: unknown;
  triggerNode: string;
}

/** Starts the workflow as it is live now, at the trigger and with the data that an earlier execution began with. */
export function RunAgain({ workflowId, input, triggerNode }: RunAgainProps) {
  const { t } = useTranslation('workflows');
  const mayRun = useMay('workflow.execute');
  const workflow = useWorkflow(workflowId, mayRun).data;
  const [isAsking, setAsking] = useState(false);
  if (workflow?.is_active !== true) return null;
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        <RotateCcw aria-hidden />
        {t('run_again')}
      </Button>
      <Suspense>
        {isAsking && (
          <RunDialog
            workflow={workflow}
            input={input}
            triggerNode={triggerNode}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
