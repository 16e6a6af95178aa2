import { CloudOff, LoaderCircle, LogOut, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { useEditor, useEditorActions } from '../provider';
import type { SaveStatus } from '../state';

const ICONS: Readonly<Partial<Record<SaveStatus, ReactNode>>> = {
  saving: <LoaderCircle className="spin size-3.5" aria-hidden />,
  offline: <CloudOff className="size-3.5 text-warn" aria-hidden />,
  signed_out: <LogOut className="size-3.5 text-warn" aria-hidden />,
  refused: <TriangleAlert className="size-3.5 text-bad" aria-hidden />,
};

/** What does not go on by itself, or not soon: it can be tried at once. */
const STUCK: ReadonlySet<SaveStatus> = new Set(['offline', 'signed_out', 'refused']);

/** Tries at once; it stays where it is while it does, so that the focus does too. */
function SaveNow({ isStuck }: { isStuck: boolean }) {
  const { t } = useTranslation('editor');
  const { flush } = useEditorActions();
  const mayEdit = useEditor((state) => !state.isReadOnly);
  const [isTrying, setTrying] = useState(false);
  const save = (): void => {
    setTrying(true);
    void flush()
      .catch(tell.failed)
      .finally(() => setTrying(false));
  };
  useShortcut('save', save, mayEdit);
  if (!isStuck && !isTrying) return null;
  return (
    <Button size="sm" isBusy={isTrying} onClick={save}>
      {t('save.now')}
    </Button>
  );
}

/** Whether the draft is safe: always said, never asked for. */
export function SaveMark() {
  const { t, i18n } = useTranslation('editor');
  const { status, savedAt, message } = useEditor((state) => state.save);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const time = (at: number): string =>
    new Intl.DateTimeFormat(i18n.language.slice(0, 2), { timeStyle: 'short' }).format(at);
  const words = (): string => {
    if (isReadOnly && status === 'saved') return t('read_only');
    if (status === 'saved' && savedAt !== null) return t('save.saved_at', { time: time(savedAt) });
    if (message !== null) return t('save.because', { reason: message });
    return t(`save.${status}`);
  };
  return (
    <>
      <span
        role="status"
        className="inline-flex min-w-0 items-center gap-1.5 text-fg-3 text-xs tabular-nums"
        title={message ?? undefined}
      >
        {ICONS[status]}
        <span className="truncate">{words()}</span>
      </span>
      <SaveNow isStuck={STUCK.has(status)} />
    </>
  );
}
