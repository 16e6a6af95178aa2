import {
  CalendarClock,
  House,
  KeyRound,
  ListChecks,
  Plug,
  ScrollText,
  Search,
  Settings,
  SquareTerminal,
  UsersRound,
  Webhook,
  Workflow,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { cn } from '@/lib/cn';
import { Kbd } from '@/ui/kbd';
import { ConnectionState } from './connection-state';
import { TenantSwitcher } from './tenant-switcher';
import { UserMenu } from './user-menu';

/** In groups: what people work on, what that works with, and who may. */
const GROUPS = [
  [
    { to: '/', name: 'home', icon: House },
    { to: '/workflows', name: 'workflows', icon: Workflow },
    { to: '/executions', name: 'executions', icon: ListChecks },
    { to: '/webhooks', name: 'webhooks', icon: Webhook },
    { to: '/schedules', name: 'schedules', icon: CalendarClock },
  ],
  [
    { to: '/credentials', name: 'credentials', icon: KeyRound },
    { to: '/connections', name: 'connections', icon: Plug },
    { to: '/api-keys', name: 'api_keys', icon: SquareTerminal },
  ],
  [
    { to: '/members', name: 'members', icon: UsersRound },
    { to: '/audit', name: 'audit', icon: ScrollText },
    { to: '/settings', name: 'settings', icon: Settings },
  ],
] as const;

type PageLink = (typeof GROUPS)[number][number];

interface PageLinkProps {
  page: PageLink;
  isRail: boolean;
  onNavigate: () => void;
}

function PageEntry({ page: { to, name, icon: Icon }, isRail, onNavigate }: PageLinkProps) {
  const { t } = useTranslation();
  return (
    <NavLink
      to={to}
      end={to === '/'}
      onClick={onNavigate}
      title={isRail ? t(`nav.${name}`) : undefined}
      className={cn(
        'flex items-center gap-2.5 rounded-md text-fg-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-fg',
        isRail ? 'size-9 justify-center' : 'h-8 px-2',
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className={cn(isRail && 'sr-only')}>{t(`nav.${name}`)}</span>
    </NavLink>
  );
}

interface SidebarProps {
  /** Icons alone, 48 px wide. */
  isRail: boolean;
  onSearch: () => void;
  onShortcuts: () => void;
  onNavigate: () => void;
}

export function Sidebar({ isRail, onSearch, onShortcuts, onNavigate }: SidebarProps) {
  const { t } = useTranslation();
  return (
    <div className={cn('flex h-full flex-col gap-2', isRail ? 'items-center px-1 py-2' : 'p-2')}>
      <TenantSwitcher isRail={isRail} />
      <button
        type="button"
        onClick={onSearch}
        aria-label={isRail ? t('nav.search_label') : undefined}
        title={isRail ? t('nav.search_label') : undefined}
        className={cn(
          'flex items-center gap-2 rounded-md border border-line bg-panel text-fg-3 shadow-1 hover:border-line-strong/60',
          isRail ? 'size-9 justify-center' : 'h-8 px-2',
        )}
      >
        <Search className="size-4 shrink-0" aria-hidden />
        {!isRail && (
          <>
            <span className="min-w-0 flex-1 truncate text-left">{t('nav.search')}</span>
            <Kbd id="palette" />
          </>
        )}
      </button>
      <nav aria-label={t('nav.label')} className="mt-1 flex flex-col gap-2">
        {GROUPS.map((pages) => (
          <div
            key={pages[0].to}
            className="flex flex-col gap-0.5 not-first:border-line not-first:border-t not-first:pt-2"
          >
            {pages.map((page) => (
              <PageEntry key={page.to} page={page} isRail={isRail} onNavigate={onNavigate} />
            ))}
          </div>
        ))}
      </nav>
      <div className={cn('mt-auto flex flex-col gap-1', isRail && 'w-full items-center')}>
        <ConnectionState isRail={isRail} />
        <div className={cn('border-line border-t pt-2', isRail ? 'w-full' : '-mx-2 px-2')}>
          <UserMenu isRail={isRail} onShortcuts={onShortcuts} />
        </div>
      </div>
    </div>
  );
}
