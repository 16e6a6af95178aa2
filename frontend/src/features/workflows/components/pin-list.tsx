import { Pin as PinIcon, PinOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { FormError } from '@/ui/form-error';
import { type Pin, useUnpin } from '../pins';

interface PinListProps {
  workflowId: string;
  pins: readonly Pin[];
  /** Why they did not come: then there may be some that are not known. */
  error: Error | null;
  onRetry: () => void;
  /** Undefined: the draft has no such node any more. */
  nameOf: (nodeId: string) => string | undefined;
  onNode: (nodeId: string) => void;
}

/** Every pin of a draft, so that none is forgotten; also those of nodes that are gone. */
export function PinList({ workflowId, pins, error, onRetry, nameOf, onNode }: PinListProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const unpin = useUnpin(workflowId);
  const mayUpdate = useMay('workflow.update');
  if (error !== null) {
    return (
      <div className="flex flex-col items-start gap-2 px-4 pb-3">
        <FormError>{error.message}</FormError>
        <Button size="sm" onClick={onRetry}>
          {t('common:retry')}
        </Button>
      </div>
    );
  }
  return (
    <ul className="px-4 pb-3">
      {pins.map(({ node_id: id }) => {
        const name = nameOf(id);
        return (
          <li key={id} className="flex min-h-8 items-center gap-2">
            <PinIcon className="size-3.5 shrink-0 text-accent" aria-hidden />
            {name === undefined ? (
              <span className="min-w-0 truncate text-fg-3">{t('pin.gone', { id })}</span>
            ) : (
              <button
                type="button"
                className="min-w-0 truncate font-medium hover:underline"
                onClick={() => onNode(id)}
              >
                {name}
              </button>
            )}
            {mayUpdate && (
              <Button
                look="quiet"
                size="icon-sm"
                className="-mr-1.5 ml-auto"
                aria-label={t('pin.remove_of', { name: name ?? id })}
                title={t('pin.remove')}
                isBusy={unpin.isPending && unpin.variables === id}
                onClick={() => unpin.mutate(id, { onError: tell.failed })}
              >
                <PinOff aria-hidden />
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
