import { FlaskConical } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Execution } from '../types';

interface PartProps {
  execution: Execution;
  nameOf: (nodeId: string) => string;
}

/** Says of an execution that did not go the whole way where it began, where it was to end, and what it did not run. */
export function Part({ execution, nameOf }: PartProps) {
  const { t, i18n } = useTranslation('executions');
  const { start_at: start, stop_at: stop, pinned } = execution;
  const list = (ids: readonly string[]): string =>
    new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(
      ids.map((id) => `“${nameOf(id)}”`),
    );
  const isOne = stop?.length === 1 && stop[0] === start;
  const said = [
    isOne ? t('part.only', { nodes: list(stop) }) : '',
    !isOne && start !== '' ? t('part.from', { nodes: list([start]) }) : '',
    !isOne && stop !== null ? t('part.until', { nodes: list(stop) }) : '',
    pinned.length > 0 ? t('part.pinned', { nodes: list(pinned) }) : '',
  ].filter(Boolean);
  if (said.length === 0) return null;
  return (
    <p className="flex shrink-0 items-start gap-2 border-line border-b bg-sunken px-4 py-1.5 text-fg-2 text-xs">
      <FlaskConical className="mt-px size-3.5 shrink-0 text-fg-3" aria-hidden />
      <span className="min-w-0">{said.join(' ')}</span>
    </p>
  );
}
