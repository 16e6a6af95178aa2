import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { type Previewed, type Question, usePreview } from '../api';
import { useForm } from '../form/form';
import type { Mode } from '../model/paths';
import { faultRange, previewText } from '../model/preview-text';
import { segmentsOf } from '../model/templates';

interface Preview {
  said: Previewed | null;
  /** Where the text is wrong. */
  fault: { from: number; to: number } | null;
  start: () => void;
  stop: () => void;
}

/** Whether the value has something to compute: a text without expressions gives itself. */
const isComputed = (text: string): boolean =>
  segmentsOf(text).some(({ kind }) => kind === 'expression');

function questionOf(mode: Mode, value: unknown): Question | null {
  if (mode === 'expression')
    return typeof value === 'string' && value.trim() !== '' ? { expression: value } : null;
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return mode !== 'code' && isComputed(text) ? { template: value } : null;
}

/** What a field gives with past data, while somebody is in it. */
export function usePreviewOf(mode: Mode, value: unknown): Preview {
  const { workflowId, nodeId } = useForm();
  const maySee = useMay('execution.read');
  const [isOn, setOn] = useState(false);
  const said = usePreview(workflowId, nodeId, isOn && maySee ? questionOf(mode, value) : null);
  const text = typeof value === 'string' ? value : '';
  return {
    said,
    fault: said?.error == null ? null : faultRange(text, said.error.position),
    start: () => setOn(true),
    stop: () => setOn(false),
  };
}

/** One line below a field: the value, or why there is none. */
export function PreviewLine({ preview: { said } }: { preview: Preview }) {
  const { t } = useTranslation('inspector');
  if (said === null) return null;
  if (said.error !== null) {
    return (
      <p role="status" className="rounded-md bg-bad-soft px-3 py-1.5 text-bad text-xs">
        {said.error.message}
      </p>
    );
  }
  return (
    <p
      role="status"
      aria-label={t('preview.label')}
      className="line-clamp-3 rounded-md bg-sunken px-3 py-1.5 font-mono text-fg-2 text-xs [overflow-wrap:anywhere]"
    >
      {previewText(said.value)}
      {said.is_truncated && '…'}{' '}
      <span className="ml-2 font-sans text-fg-3">
        {t(`preview.${(said.type ?? 'null') as 'null'}`)}
      </span>
    </p>
  );
}
