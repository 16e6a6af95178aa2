import {
  CalendarClock,
  CornerDownLeft,
  House,
  KeyRound,
  ListChecks,
  Monitor,
  Moon,
  Plug,
  Plus,
  ScrollText,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Sun,
  UserRound,
  UsersRound,
  Webhook,
  Workflow,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useNewWorkflow } from '@/features/workflows/facade';
import { facts } from '@/lib/facts';
import { answered, KEYMAP, press, type ShortcutId } from '@/lib/keys';
import { leave } from '@/lib/leave';
import { useTheme } from '@/lib/theme';
import { PaletteGroup, PaletteItem } from './palette-item';

const PAGES = [
  { to: '/', name: 'home', icon: House, shortcut: 'go_home' },
  { to: '/workflows', name: 'workflows', icon: Workflow, shortcut: 'go_workflows' },
  { to: '/executions', name: 'executions', icon: ListChecks, shortcut: 'go_executions' },
  { to: '/webhooks', name: 'webhooks', icon: Webhook, shortcut: 'go_webhooks' },
  { to: '/schedules', name: 'schedules', icon: CalendarClock, shortcut: 'go_schedules' },
  { to: '/credentials', name: 'credentials', icon: KeyRound, shortcut: 'go_credentials' },
  { to: '/api-keys', name: 'api_keys', icon: SquareTerminal, shortcut: 'go_api_keys' },
  { to: '/connections', name: 'connections', icon: Plug, shortcut: undefined },
  { to: '/members', name: 'members', icon: UsersRound, shortcut: 'go_members' },
  { to: '/roles', name: 'roles', icon: UsersRound, shortcut: undefined },
  { to: '/audit', name: 'audit', icon: ScrollText, shortcut: 'go_audit' },
  { to: '/streams', name: 'streams', icon: ScrollText, shortcut: undefined },
  { to: '/settings', name: 'settings', icon: Settings, shortcut: 'go_settings' },
  { to: '/sso', name: 'sso', icon: ShieldCheck, shortcut: undefined },
] as const;

export function PageGroup({ go }: { go: (to: string) => void }) {
  const { t } = useTranslation();
  return (
    <PaletteGroup heading={t('palette.pages')}>
      {PAGES.map(({ to, name, icon, shortcut }) => (
        <PaletteItem
          key={to}
          icon={icon}
          value={`page ${name}`}
          keywords={[t(`nav.${name}`)]}
          shortcut={shortcut}
          onSelect={() => go(to)}
        >
          {t(`nav.${name}`)}
        </PaletteItem>
      ))}
      <PaletteItem
        icon={UserRound}
        value="page account password two-step passkeys sessions"
        onSelect={() => leave.to(`${facts.public_url}/account`)}
      >
        {t('user.account')}
      </PaletteItem>
    </PaletteGroup>
  );
}

/** These only move about, or are the way in here. */
const LEFT_OUT: ReadonlySet<ShortcutId> = new Set<ShortcutId>(['palette', 'sheet']);
const HERE = new Set<string>(['workflow', 'graph', 'editing']);

/** Everything that the open page answers by a shortcut: what can be done with the chosen nodes, the canvas, the workflow. */
export function HereGroup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  // What was possible when the palette was opened: nothing behind it changes while it is.
  const [ids] = useState(() =>
    answered().filter((id) => HERE.has(KEYMAP[id].group) && !LEFT_OUT.has(id)),
  );
  if (ids.length === 0) return null;
  const run = (id: ShortcutId): void => {
    onClose();
    // Only when the palette is gone: it gives the focus back to where it was.
    setTimeout(() => press(id));
  };
  return (
    <PaletteGroup heading={t('palette.here')}>
      {ids.map((id) => (
        <PaletteItem
          key={id}
          icon={CornerDownLeft}
          value={`do ${id}`}
          keywords={[t(`shortcuts.${id}`)]}
          shortcut={id}
          onSelect={() => run(id)}
        >
          {t(`shortcuts.${id}`)}
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}

const THEMES = [
  { name: 'system', icon: Monitor },
  { name: 'light', icon: Sun },
  { name: 'dark', icon: Moon },
] as const;

interface ActionGroupProps {
  onClose: () => void;
  onShortcuts: () => void;
}

export function ActionGroup({ onClose, onShortcuts }: ActionGroupProps) {
  const { t } = useTranslation(['common', 'workflows']);
  const choose = useTheme((state) => state.choose);
  const mayCreate = useMay('workflow.create');
  const { create } = useNewWorkflow();
  const after = (action: () => void) => (): void => {
    onClose();
    action();
  };
  return (
    <PaletteGroup heading={t('palette.actions')}>
      {mayCreate && (
        <PaletteItem icon={Plus} value="new workflow create" onSelect={after(create)}>
          {t('workflows:new')}
        </PaletteItem>
      )}
      {THEMES.map(({ name, icon }) => (
        <PaletteItem
          key={name}
          icon={icon}
          value={`theme ${name}`}
          onSelect={after(() => choose(name))}
        >
          {t('user.theme')}: {t(`user.${name}`)}
        </PaletteItem>
      ))}
      <PaletteItem
        icon={SquareTerminal}
        value="keyboard shortcuts"
        shortcut="sheet"
        onSelect={onShortcuts}
      >
        {t('user.shortcuts')}
      </PaletteItem>
    </PaletteGroup>
  );
}
