import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { useUi } from './ui';

/** While an edge is drawn by keys: from where, to where, and which keys there are. */
export default function ConnectBar() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const connecting = useUi((state) => state.connecting);
  const nodes = useEditor((state) => state.document.nodes);
  if (connecting === null) return null;
  const nameOf = (id: string | null): string => nodes.find((node) => node.id === id)?.name ?? '';
  const { from, to, port } = connecting;
  return (
    <div className="absolute top-3 left-1/2 z-20 flex -translate-x-1/2 items-center gap-3 rounded-lg border border-accent bg-raised px-3 py-1.5 shadow-2">
      <span>
        {port === ''
          ? t('connect.hint', { from: nameOf(from) })
          : t('connect.hint_port', { from: nameOf(from), port })}{' '}
        <strong className="font-semibold">{nameOf(to)}</strong>
      </span>
      <span className="text-fg-3 text-xs">
        {t(port === '' ? 'connect.keys' : 'connect.keys_port')}
      </span>
      <Button size="sm" disabled={to === null} onClick={commands.land}>
        {t('connect.do')}
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('connect.cancel')}
        onClick={commands.stopConnecting}
      >
        <X aria-hidden />
      </Button>
    </div>
  );
}
