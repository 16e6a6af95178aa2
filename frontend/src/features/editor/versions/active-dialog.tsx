import { useTranslation } from 'react-i18next';
import { useChangeWorkflow, type Workflow } from '@/features/workflows/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { useEditorActions } from '../provider';
import { TriggerRows } from './trigger-rows';

/** Says what moving the switch does, before it moves. */
export default function ActiveDialog({
  workflow,
  onClose,
}: {
  workflow: Workflow;
  onClose: () => void;
}) {
  const { t } = useTranslation(['versions', 'common', 'workflows']);
  const actions = useEditorActions();
  const { mutate, isPending } = useChangeWorkflow(workflow.id);
  const isOn = workflow.is_active;
  const move = (): void =>
    mutate(isOn ? 'deactivate' : 'activate', {
      onSuccess: (after) => {
        actions.heard(after);
        tell.done(
          after.is_active ? t('workflows:page.activated') : t('workflows:page.deactivated'),
        );
        onClose();
      },
      onError: tell.failed,
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={isOn ? t('active.off_title') : t('active.on_title', { number: workflow.live_version })}
      description={isOn ? t('active.off') : t('active.on')}
    >
      <DialogBody>
        <TriggerRows triggers={workflow.triggers} isOn={!isOn} />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look={isOn ? 'danger' : 'primary'} isBusy={isPending} onClick={move}>
          {isOn ? t('workflows:page.deactivate') : t('workflows:page.activate')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
