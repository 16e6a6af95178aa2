import { Unlink } from 'lucide-react';
import { Fragment, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { FormError, Refused } from '@/ui/form-error';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import { type Config, DraftMovedError, useChangeDraftConfig, useDraftConfig } from '../draft-node';

/** A node of a draft whose fields are edited beside the editor. */
export interface DraftNode {
  workflowId: string;
  nodeId: string;
  /** Its settings as they were when the dialog opened. */
  config: Config;
  onReload: () => void;
  onClose: () => void;
}

interface DraftFormProps {
  node: DraftNode;
  /** What shall be different; undefined takes a field away. */
  change: Config;
  /** Why it cannot be saved now. */
  why?: string | undefined;
  saved: string;
  children: ReactNode;
}

/** The fields of a draft's node, and the button that saves them. What others saved meanwhile is told, not overwritten. */
export function DraftForm({ node, change, why, saved, children }: DraftFormProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const { workflowId, nodeId, config, onReload, onClose } = node;
  const save = useChangeDraftConfig(workflowId);
  const moved = save.error instanceof DraftMovedError ? save.error : null;
  const submit = (): void =>
    save.mutate(
      { nodeId, from: config, to: change },
      {
        onSuccess: () => {
          tell.done(saved);
          onClose();
        },
      },
    );
  return (
    <>
      <DialogBody>
        {moved !== null && (
          <FormError>
            {t(moved.isGone ? 'draft.gone' : 'draft.conflict')}{' '}
            {!moved.isGone && (
              <button type="button" className="font-medium underline" onClick={onReload}>
                {t('draft.theirs')}
              </button>
            )}
          </FormError>
        )}
        <Refused error={moved === null ? save.error : null} />
        {children}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" isBusy={save.isPending} why={why} onClick={submit}>
          {t('draft.save')}
        </Button>
      </DialogActions>
    </>
  );
}

interface DraftDialogProps {
  workflowId: string;
  nodeId: string;
  title: string;
  description: string;
  onClose: () => void;
  children: (node: DraftNode) => ReactNode;
}

/** Opens a node of a workflow's draft. What others save while it is open is not put under somebody's hands. */
export function DraftDialog(props: DraftDialogProps) {
  const { workflowId, nodeId, title, description, onClose, children } = props;
  const { t } = useTranslation(['workflows', 'common']);
  const draft = useDraftConfig(workflowId, nodeId);
  const [opened, setOpened] = useState<{ config: Config; times: number } | null>(null);
  const { config, isGone, error } = draft;
  if (opened === null && config !== undefined) setOpened({ config, times: 0 });
  const reload = async (): Promise<void> => {
    const now = await draft.reload();
    if (now !== undefined) setOpened({ config: now, times: (opened?.times ?? 0) + 1 });
  };
  return (
    <Dialog isOpen isWide onClose={onClose} title={title} description={description}>
      {opened !== null && (
        // Theirs begins a form of its own.
        <Fragment key={opened.times}>
          {children({
            workflowId,
            nodeId,
            config: opened.config,
            onReload: () => void reload(),
            onClose,
          })}
        </Fragment>
      )}
      {opened === null && isGone && (
        <Notice icon={Unlink} title={t('draft.gone')}>
          <Button onClick={onClose}>{t('common:close')}</Button>
        </Notice>
      )}
      {opened === null && !isGone && error === null && (
        <DialogBody>
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </DialogBody>
      )}
      {opened === null && error !== null && (
        <Failure error={error} onRetry={() => void draft.refetch()} />
      )}
    </Dialog>
  );
}
