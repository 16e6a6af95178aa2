import { CloudOff, LoaderCircle, LogOut, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditor } from '../provider';
import type { SaveStatus } from '../state';

const ICONS: Readonly<Partial<Record<SaveStatus, ReactNode>>> = {
  saving: <LoaderCircle className="spin size-3.5" aria-hidden />,
  offline: <CloudOff className="size-3.5 text-warn" aria-hidden />,
  signed_out: <LogOut className="size-3.5 text-warn" aria-hidden />,
  refused: <TriangleAlert className="size-3.5 text-bad" aria-hidden />,
};

/** Whether the draft is safe: always said, never asked for. */
export function SaveMark() {
  const { t, i18n } = useTranslation('editor');
  const { status, savedAt, message } = useEditor((state) => state.save);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const time = (at: number): string =>
    new Intl.DateTimeFormat(i18n.language.slice(0, 2), { timeStyle: 'short' }).format(at);
  const words = (): string => {
    if (isReadOnly) return t('read_only');
    if (status === 'saved' && savedAt !== null) return t('save.saved_at', { time: time(savedAt) });
    return t(`save.${status}`);
  };
  return (
    <span
      role="status"
      className="inline-flex min-w-0 items-center gap-1.5 text-fg-3 text-xs tabular-nums"
      title={message ?? undefined}
    >
      {ICONS[status]}
      <span className="truncate">{words()}</span>
    </span>
  );
}
