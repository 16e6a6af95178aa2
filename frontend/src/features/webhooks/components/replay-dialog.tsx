import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonClass } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import type { WebhookEvent } from '../events';
import { useReplayAll } from '../replaying';

interface ReplayDialogProps {
  events: readonly WebhookEvent[];
  onClose: () => void;
}

/** Replays what was chosen, says how far it has come, and goes on where it stopped. */
export default function ReplayDialog({ events, onClose }: ReplayDialogProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const [isFiltering, setFiltering] = useState(false);
  const all = events.length;
  const { run, done, outcome, error, isRunning, isOver } = useReplayAll(events.map(({ id }) => id));
  const lines = [
    outcome.started.length > 0 ? t('replay.started', { count: outcome.started.length }) : '',
    outcome.known > 0 ? t('replay.known', { count: outcome.known }) : '',
    outcome.filtered > 0 ? t('replay.filtered', { count: outcome.filtered }) : '',
  ].filter(Boolean);
  const [only] = outcome.started;
  const to =
    outcome.started.length === 1 && only !== undefined ? `/executions/${only}` : '/executions';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('replay.title', { count: all })}
      description={t('replay.text')}
    >
      <DialogBody>
        {error !== null && <FormError>{t('replay.failed', { reason: error.message })}</FormError>}
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={isFiltering}
            disabled={done > 0 || isRunning}
            onChange={(event) => setFiltering(event.target.checked)}
          />
          {t('replay.filters')}
        </label>
        {(done > 0 || isRunning) && (
          <div role="status" className="flex flex-col gap-2">
            <progress value={done} max={all} className="h-1.5 w-full" />
            <p className="text-fg-2 text-xs tabular-nums">
              {[t('replay.progress', { done, all }), ...lines].join(' · ')}
            </p>
          </div>
        )}
      </DialogBody>
      <DialogActions>
        {isOver ? (
          <>
            <Button onClick={onClose}>{t('replay.close')}</Button>
            {outcome.started.length > 0 && (
              <Link to={to} className={buttonClass({ look: 'primary' })}>
                {t('replay.see')}
              </Link>
            )}
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button look="primary" isBusy={isRunning} onClick={() => void run(isFiltering)}>
              <RotateCw aria-hidden />
              {t(error === null ? 'replay.submit' : 'replay.again')}
            </Button>
          </>
        )}
      </DialogActions>
    </Dialog>
  );
}
