import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holdsMasked, readJson } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextArea } from '@/ui/field';
import { useVersions } from '../api';
import { useStarter } from '../hooks';
import type { WorkflowSummary } from '../types';

interface RunDialogProps {
  workflow: WorkflowSummary;
  input?: unknown;
  triggerNode?: string;
  /** The version that is offered first; without it the live one. */
  version?: number;
  onClose: () => void;
}

interface VersionFieldProps {
  workflow: WorkflowSummary;
  value: number | null;
  onChange: (version: number) => void;
}

/** Which of the published versions runs. */
function VersionField({ workflow, value, onChange }: VersionFieldProps) {
  const { t } = useTranslation('workflows');
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useVersions(workflow.id);
  const known = (data ?? []).map(({ number }) => number);
  const all = [
    ...new Set([...known, ...[value, workflow.live_version].flatMap((one) => one ?? [])]),
  ];
  return (
    <div className="flex items-end gap-2">
      <SelectField
        label={t('run_dialog.version')}
        hint={value === workflow.live_version ? undefined : t('run_dialog.older')}
        value={value ?? ''}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-full"
      >
        {all
          .sort((one, other) => other - one)
          .map((number) => (
            <option key={number} value={number}>
              {t(
                number === workflow.live_version
                  ? 'run_dialog.version_live'
                  : 'run_dialog.version_number',
                { version: number },
              )}
            </option>
          ))}
      </SelectField>
      {hasNextPage && (
        <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('run_dialog.more')}
        </Button>
      )}
    </div>
  );
}

/** Starts a published version with data of one's own: the live one, or an older one. */
export default function RunDialog({
  workflow,
  input: first = {},
  triggerNode,
  version: firstVersion,
  onClose,
}: RunDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const [source, setSource] = useState(() => JSON.stringify(first, null, 2));
  const [version, setVersion] = useState(firstVersion ?? workflow.live_version);
  const { start, isStarting } = useStarter();
  const input = readJson(source.trim() === '' ? '{}' : source);
  const submit = (): void => {
    if (!input.ok) return;
    // The live one of a workflow that is switched off runs only by its name.
    const isLive = version === workflow.live_version && workflow.is_active;
    start({ id: workflow.id, input: input.value, triggerNode, version, isLive });
  };
  useShortcut('run', submit);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('run_dialog.title', { name: workflow.name })}
      description={t('run_dialog.description', { version })}
    >
      <DialogBody>
        <VersionField workflow={workflow} value={version} onChange={setVersion} />
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
