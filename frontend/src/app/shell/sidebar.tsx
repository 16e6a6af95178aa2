import { ListChecks, Search, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Kbd } from '@/ui/kbd';
import { ConnectionState } from './connection-state';
import { TenantSwitcher } from './tenant-switcher';
import { UserMenu } from './user-menu';

const PAGES = [
  { to: '/workflows', name: 'workflows', icon: Workflow },
  { to: '/executions', name: 'executions', icon: ListChecks },
] as const;

interface SidebarProps {
  onSearch: () => void;
  onShortcuts: () => void;
  onNavigate: () => void;
}

export function Sidebar({ onSearch, onShortcuts, onNavigate }: SidebarProps) {
  const { t } = useTranslation();
  return (
    <div className="flex h-full flex-col gap-2 p-2">
      <TenantSwitcher />
      <button
        type="button"
        onClick={onSearch}
        className="flex h-8 items-center gap-2 rounded-md border border-line bg-panel px-2 text-fg-3 shadow-1 hover:border-line-strong/60"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 flex-1 truncate text-left">{t('nav.search')}</span>
        <Kbd id="palette" />
      </button>
      <nav aria-label={t('nav.label')} className="mt-1 flex flex-col gap-0.5">
        {PAGES.map(({ to, name, icon: Icon }) => (
          <NavLink
            key={to}
            to={to}
            onClick={onNavigate}
            className="flex h-8 items-center gap-2.5 rounded-md px-2 text-fg-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-fg"
          >
            <Icon className="size-4 shrink-0" aria-hidden />
            {t(`nav.${name}`)}
          </NavLink>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-1">
        <ConnectionState />
        <div className="-mx-2 border-line border-t px-2 pt-2">
          <UserMenu onShortcuts={onShortcuts} />
        </div>
      </div>
    </div>
  );
}
