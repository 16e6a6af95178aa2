import { Pencil, Pin as PinIcon, PinOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { sizeOf } from '@/lib/format';
import { tell } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { JsonTree } from '@/ui/json-view';
import { TimeAgo } from '@/ui/time-ago';
import { type Pin, useUnpin } from '../pins';

const PinDialog = lazy(() => import('./pin-dialog'));

interface PinnedOutputProps {
  workflowId: string;
  node: { id: string; name: string; type: string };
  ports: readonly string[];
  pin: Pin | null;
}

function Shown({ pin }: { pin: Pin }) {
  const { t } = useTranslation('workflows');
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 text-fg-2 text-xs">
        <Badge tone="accent">
          <PinIcon aria-hidden />
          {t('pin.pinned')}
        </Badge>
        <span>{sizeOf(pin.size_bytes)}</span>
        <TimeAgo at={pin.updated_at} />
        {pin.port !== '' && <span>{t('pin.leaves_by', { port: pin.port })}</span>}
      </p>
      <div className="max-h-60 overflow-auto rounded-lg border border-line bg-sunken px-1.5 py-2">
        <JsonTree value={pin.output} />
      </div>
    </>
  );
}

/** The output that stands for running a node in test runs, and the ways to set, change and remove it. */
export function PinnedOutput({ workflowId, node, ports, pin }: PinnedOutputProps) {
  const { t } = useTranslation('workflows');
  const unpin = useUnpin(workflowId);
  const mayUpdate = useMay('workflow.update');
  const [isAsking, setAsking] = useState(false);
  if (pin === null && !mayUpdate) return null;
  return (
    <section aria-label={t('pin.section')} className="flex flex-col gap-2 px-4 pb-4">
      {pin !== null && <Shown pin={pin} />}
      {mayUpdate && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => setAsking(true)}>
            {pin === null ? <PinIcon aria-hidden /> : <Pencil aria-hidden />}
            {t(pin === null ? 'pin.set' : 'pin.change')}
          </Button>
          {pin !== null && (
            <Button
              size="sm"
              isBusy={unpin.isPending}
              onClick={() =>
                unpin.mutate(node.id, {
                  onSuccess: () => tell.done(t('pin.removed', { name: node.name })),
                  onError: tell.failed,
                })
              }
            >
              <PinOff aria-hidden />
              {t('pin.remove')}
            </Button>
          )}
        </div>
      )}
      <Suspense>
        {isAsking && (
          <PinDialog
            workflowId={workflowId}
            node={node}
            ports={ports}
            first={pin}
            takesPast
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </section>
  );
}
