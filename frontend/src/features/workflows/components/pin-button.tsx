import { Pin as PinIcon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import type { Pinned } from './pin-dialog';

const PinDialog = lazy(() => import('./pin-dialog'));

interface PinButtonProps {
  workflowId: string;
  node: { id: string; name: string; type: string };
  /** What the node gave. */
  given: Pinned;
}

/** Pins what a node gave in an execution, so that test runs of the draft need not run it. */
export function PinButton({ workflowId, node, given }: PinButtonProps) {
  const { t } = useTranslation('workflows');
  const mayUpdate = useMay('workflow.update');
  const [isAsking, setAsking] = useState(false);
  if (!mayUpdate) return null;
  return (
    <>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('pin.this')}
        title={t('pin.this')}
        onClick={() => setAsking(true)}
      >
        <PinIcon aria-hidden />
      </Button>
      <Suspense>
        {isAsking && (
          <PinDialog
            workflowId={workflowId}
            node={node}
            ports={[given.port]}
            first={given}
            takesPast={false}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
