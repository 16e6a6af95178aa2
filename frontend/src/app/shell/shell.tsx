import { Menu as MenuIcon, Search } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useTenantName } from '@/lib/tenant';
import { Button } from '@/ui/button';
import { Mark } from '@/ui/mark';
import { ActingBanner } from './acting-banner';
import { useRemembering } from './recent';
import { Sidebar } from './sidebar';

const Palette = lazy(() => import('./palette'));
const Drawer = lazy(() => import('./drawer'));
const ShortcutSheet = lazy(() => import('./shortcut-sheet'));

/** Pages with a graph need the width: there the sidebar is a rail of icons. */
const GRAPH_PAGES = /^\/(workflows|executions)\/./;

export const isGraphPage = (pathname: string): boolean => GRAPH_PAGES.test(pathname);

type Overlay = 'palette' | 'sheet' | 'drawer' | null;

function useOverlay() {
  const [overlay, setOverlay] = useState<Overlay>(null);
  const navigate = useNavigate();
  useShortcut('palette', () => setOverlay((open) => (open === 'palette' ? null : 'palette')));
  useShortcut('sheet', () => setOverlay('sheet'));
  useShortcut('go_home', () => void navigate('/'));
  useShortcut('go_workflows', () => void navigate('/workflows'));
  useShortcut('go_executions', () => void navigate('/executions'));
  useShortcut('go_webhooks', () => void navigate('/webhooks'));
  useShortcut('go_schedules', () => void navigate('/schedules'));
  useShortcut('go_credentials', () => void navigate('/credentials'));
  useShortcut('go_api_keys', () => void navigate('/api-keys'));
  useShortcut('go_members', () => void navigate('/members'));
  useShortcut('go_audit', () => void navigate('/audit'));
  useShortcut('go_settings', () => void navigate('/settings'));
  return { overlay, setOverlay };
}

/** After a change of page focus starts at the content, as after a page load. */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current !== pathname) main.current?.focus({ preventScroll: true });
    last.current = pathname;
  }, [pathname]);
  return main;
}

function PhoneBar({ onMenu, onSearch }: { onMenu: () => void; onSearch: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex h-12 shrink-0 items-center gap-2 border-line border-b bg-panel px-2 md:hidden">
      <Button look="quiet" size="icon" aria-label={t('nav.open')} onClick={onMenu}>
        <MenuIcon aria-hidden />
      </Button>
      <Mark className="size-6 rounded-md" />
      <span className="min-w-0 truncate font-semibold">{useTenantName() ?? t('product')}</span>
      <Button
        look="quiet"
        size="icon"
        className="ml-auto"
        aria-label={t('nav.search_label')}
        onClick={onSearch}
      >
        <Search aria-hidden />
      </Button>
    </div>
  );
}

/** What stays while pages change: the sidebar, or on a phone a bar with a drawer; the palette and the sheet of shortcuts. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { overlay, setOverlay } = useOverlay();
  useRemembering();
  const main = useFocusOnArrival();
  const { pathname } = useLocation();
  const isRail = isGraphPage(pathname);
  const close = (): void => setOverlay(null);
  const sidebar = (isRail: boolean): ReactNode => (
    <Sidebar
      isRail={isRail}
      onSearch={() => setOverlay('palette')}
      onShortcuts={() => setOverlay('sheet')}
      onNavigate={close}
    />
  );
  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only rounded-md bg-accent px-3 py-2 text-accent-fg focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t('skip')}
      </a>
      <div
        className={cn(
          'hidden shrink-0 border-line border-r md:block',
          isRail ? 'w-12' : 'w-[216px]',
        )}
      >
        {sidebar(isRail)}
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        <ActingBanner />
        <PhoneBar onMenu={() => setOverlay('drawer')} onSearch={() => setOverlay('palette')} />
        <main
          ref={main}
          id="content"
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-y-auto outline-none"
        >
          {children}
        </main>
      </div>
      <Suspense>
        {overlay === 'drawer' && <Drawer onClose={close}>{sidebar(false)}</Drawer>}
        {overlay === 'palette' && (
          <Palette onClose={close} onShortcuts={() => setOverlay('sheet')} />
        )}
        {overlay === 'sheet' && <ShortcutSheet onClose={close} />}
      </Suspense>
    </div>
  );
}
