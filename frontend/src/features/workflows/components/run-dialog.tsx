import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holdsMasked, readJson } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { useStarter } from '../hooks';
import type { WorkflowSummary } from '../types';

interface RunDialogProps {
  workflow: WorkflowSummary;
  input?: unknown;
  triggerNode?: string;
  onClose: () => void;
}

export default function RunDialog({
  workflow,
  input: first = {},
  triggerNode,
  onClose,
}: RunDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const [source, setSource] = useState(() => JSON.stringify(first, null, 2));
  const { start, isStarting } = useStarter();
  const input = readJson(source.trim() === '' ? '{}' : source);
  const submit = (): void => {
    if (!input.ok) return;
    start({ id: workflow.id, input: input.value, triggerNode, version: workflow.live_version });
  };
  useShortcut('run', submit);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('run_dialog.title', { name: workflow.name })}
      description={t('run_dialog.description', { version: workflow.live_version })}
    >
      <DialogBody>
        <TextArea
          label={t('run_dialog.input')}
          hint={holdsMasked(source) ? t('run_dialog.masked') : t('run_dialog.input_hint')}
          error={input.ok ? undefined : t('json.fault_syntax_plain')}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          rows={8}
        />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" onClick={submit} isBusy={isStarting} disabled={!input.ok}>
          <Play aria-hidden />
          {t('run_dialog.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
