import { Check, CloudOff, LoaderCircle, LogOut, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/lib/format';
import { useEditor, useEditorActions } from './provider';

const ICONS = {
  saved: Check,
  waiting: LoaderCircle,
  saving: LoaderCircle,
  offline: CloudOff,
  signed_out: LogOut,
  refused: TriangleAlert,
};

/** Whether the draft is saved, in a few words; where it is not, why, and a way to try again. */
export function SaveState() {
  const { t, i18n } = useTranslation('saving');
  const { status, savedAt, message } = useEditor((state) => state.save);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const { flush } = useEditorActions();
  if (isReadOnly) return <span className="shrink-0 text-fg-3 text-xs">{t('read_only')}</span>;
  const Icon = ICONS[status];
  const at = savedAt === null ? null : clockTime(new Date(savedAt).toISOString(), i18n.language);
  const isTrouble = status === 'offline' || status === 'signed_out' || status === 'refused';
  const words = status === 'saved' && at !== null ? t('saved_at', { at }) : t(`state.${status}`);
  return (
    <span
      className={`flex min-w-0 items-center gap-1.5 text-xs ${isTrouble ? 'text-warn' : 'text-fg-3'}`}
    >
      <Icon className="size-3.5 shrink-0" aria-hidden />
      <span
        role={isTrouble ? 'status' : undefined}
        className="truncate"
        title={message ?? undefined}
      >
        {words}
      </span>
      {(status === 'offline' || status === 'refused') && (
        <button
          type="button"
          className="min-h-6 shrink-0 rounded-sm font-medium text-accent hover:underline"
          onClick={() => void flush().catch(() => undefined)}
        >
          {t('retry')}
        </button>
      )}
    </span>
  );
}
