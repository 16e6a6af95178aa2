import { BookOpen, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe, useSignOut } from '@/features/accounts/facade';
import { facts, type Theme } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { useTheme } from '@/lib/theme';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { Skeleton } from '@/ui/skeleton';
import { signInUrl } from '../signed-out';

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .flatMap((word) => word.charAt(0).toUpperCase() || [])
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join('');

function Themes() {
  const { t } = useTranslation();
  const { theme, choose } = useTheme();
  return (
    <MenuChoice<Theme>
      value={theme}
      onChoose={choose}
      options={[
        { value: 'system', label: t('user.system'), icon: <Monitor aria-hidden /> },
        { value: 'light', label: t('user.light'), icon: <Sun aria-hidden /> },
        { value: 'dark', label: t('user.dark'), icon: <Moon aria-hidden /> },
      ]}
    />
  );
}

const isRole = (
  role: string | null,
): role is 'owner' | 'admin' | 'editor' | 'operator' | 'viewer' =>
  ['owner', 'admin', 'editor', 'operator', 'viewer'].includes(role ?? '');

interface UserMenuProps {
  isRail: boolean;
  onShortcuts: () => void;
}

/** Who is signed in, how the screen looks, and the way out. */
export function UserMenu({ isRail, onShortcuts }: UserMenuProps) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const signOut = useSignOut();
  if (me === undefined)
    return <Skeleton className={isRail ? 'mx-auto my-4 w-6' : 'mx-2 my-4 w-32'} />;
  const name = me.name === '' ? me.email : me.name;
  return (
    <Menu
      side="top"
      className="w-52"
      trigger={
        <button
          type="button"
          title={isRail ? name : undefined}
          className="flex h-11 w-full items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-hover data-[state=open]:bg-hover"
        >
          <span
            aria-hidden
            className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-2xs text-accent"
          >
            {initialsOf(name)}
          </span>
          <span className={isRail ? 'sr-only' : 'min-w-0 flex-1'}>
            <span className="block truncate font-medium leading-4">{name}</span>
            <span className="sr-only">{t('user.menu')}</span>
            <span className="block truncate text-2xs text-fg-3">
              {isRole(me.role) ? t(`role.${me.role}`) : t('role.custom')}
            </span>
          </span>
        </button>
      }
    >
      <MenuLabel>{t('user.theme')}</MenuLabel>
      <Themes />
      <MenuSeparator />
      <MenuItem onSelect={onShortcuts}>
        <Keyboard aria-hidden />
        {t('user.shortcuts')}
      </MenuItem>
      <MenuItem onSelect={() => leave.to(`${facts.public_url}/account`)}>
        <UserRound aria-hidden />
        {t('user.account')}
      </MenuItem>
      <MenuItem onSelect={() => leave.to('/api/docs')}>
        <BookOpen aria-hidden />
        {t('user.docs')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        onSelect={() =>
          signOut.mutate(undefined, {
            onSettled: (elsewhere) => leave.to(elsewhere ?? signInUrl('/')),
          })
        }
      >
        <LogOut aria-hidden />
        {t('user.sign_out')}
      </MenuItem>
    </Menu>
  );
}
