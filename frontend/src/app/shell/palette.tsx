import { Command } from 'cmdk';
import {
  CalendarClock,
  FileJson2,
  Keyboard,
  KeyRound,
  ListChecks,
  type LucideIcon,
  Moon,
  Plug,
  ScrollText,
  Search,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Sun,
  UserRound,
  UsersRound,
  Webhook,
  Workflow,
} from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useWorkflowNames } from '@/features/workflows/facade';
import { facts } from '@/lib/facts';
import type { ShortcutId } from '@/lib/keys';
import { leave } from '@/lib/leave';
import { useTheme } from '@/lib/theme';
import { Kbd } from '@/ui/kbd';

interface ItemProps {
  icon: LucideIcon;
  /** Distinguishes items of the same name; searched too. */
  value: string;
  shortcut?: ShortcutId;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ icon: Icon, value, shortcut, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover"
    >
      <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut !== undefined && <Kbd id={shortcut} />}
    </Command.Item>
  );
}

const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-fg-3';

const PAGES = [
  { to: '/workflows', name: 'workflows', icon: Workflow, shortcut: 'go_workflows' },
  { to: '/executions', name: 'executions', icon: ListChecks, shortcut: 'go_executions' },
  { to: '/webhooks', name: 'webhooks', icon: Webhook, shortcut: 'go_webhooks' },
  { to: '/schedules', name: 'schedules', icon: CalendarClock, shortcut: 'go_schedules' },
  { to: '/credentials', name: 'credentials', icon: KeyRound, shortcut: 'go_credentials' },
  { to: '/connections', name: 'connections', icon: Plug },
  { to: '/api-keys', name: 'api_keys', icon: SquareTerminal, shortcut: 'go_api_keys' },
  { to: '/members', name: 'members', icon: UsersRound, shortcut: 'go_members' },
  { to: '/roles', name: 'roles', icon: UsersRound },
  { to: '/audit', name: 'audit', icon: ScrollText, shortcut: 'go_audit' },
  { to: '/streams', name: 'streams', icon: ScrollText },
  { to: '/settings', name: 'settings', icon: Settings, shortcut: 'go_settings' },
  { to: '/sso', name: 'sso', icon: ShieldCheck },
] as const;

interface GroupsProps {
  go: (to: string) => void;
  onClose: () => void;
  onShortcuts: () => void;
}

function Groups({ go, onClose, onShortcuts }: GroupsProps) {
  const { t } = useTranslation();
  const workflows = useWorkflowNames();
  const choose = useTheme((state) => state.choose);
  const themed = (theme: 'light' | 'dark') => (): void => {
    choose(theme);
    onClose();
  };
  return (
    <>
      <Command.Group heading={t('palette.pages')} className={GROUP}>
        {PAGES.map((page) => (
          <Item
            key={page.to}
            icon={page.icon}
            value={`page ${page.name}`}
            {...('shortcut' in page ? { shortcut: page.shortcut } : {})}
            onSelect={() => go(page.to)}
          >
            {t(`nav.${page.name}`)}
          </Item>
        ))}
        <Item
          icon={UserRound}
          value="page account password two-step passkeys sessions"
          onSelect={() => leave.to(`${facts.public_url}/account`)}
        >
          {t('user.account')}
        </Item>
      </Command.Group>
      {workflows.length > 0 && (
        <Command.Group heading={t('palette.workflows')} className={GROUP}>
          {workflows.map(({ id, name }) => (
            <Item
              key={id}
              icon={FileJson2}
              value={`${name} ${id}`}
              onSelect={() => go(`/workflows/${id}`)}
            >
              {name}
            </Item>
          ))}
        </Command.Group>
      )}
      <Command.Group heading={t('palette.actions')} className={GROUP}>
        <Item icon={Sun} value="theme light" onSelect={themed('light')}>
          {t('user.theme')}: {t('user.light')}
        </Item>
        <Item icon={Moon} value="theme dark" onSelect={themed('dark')}>
          {t('user.theme')}: {t('user.dark')}
        </Item>
        <Item icon={Keyboard} value="keyboard shortcuts" shortcut="sheet" onSelect={onShortcuts}>
          {t('user.shortcuts')}
        </Item>
      </Command.Group>
    </>
  );
}

interface PaletteProps {
  onClose: () => void;
  onShortcuts: () => void;
}

export default function Palette({ onClose, onShortcuts }: PaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const go = (to: string): void => {
    onClose();
    void navigate(to);
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          className="pop fixed top-[14dvh] left-1/2 z-50 w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-2 outline-none"
        >
          <Radix.Title className="sr-only">{t('palette.title')}</Radix.Title>
          <Command label={t('palette.title')} loop>
            <div className="flex h-12 items-center gap-2.5 border-line border-b px-4">
              <Search className="size-4 shrink-0 text-fg-3" aria-hidden />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t('palette.placeholder')}
                className="h-full min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-fg-3"
              />
            </div>
            <Command.List className="max-h-[min(380px,60dvh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-2 py-8 text-center text-fg-2">
                {t('palette.empty', { query })}
              </Command.Empty>
              <Groups go={go} onClose={onClose} onShortcuts={onShortcuts} />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
