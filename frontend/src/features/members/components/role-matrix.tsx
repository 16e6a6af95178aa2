import { Check, Minus } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaRoleEnum } from '@/generated/api';
import { cn } from '@/lib/cn';
import type { OwnRole } from '../api';
import { useAsker } from '../hooks';
import { ABOUTS, PERMISSIONS, ROLES } from '../rules';
import { usePermissionWords } from '../words';

const CELL = 'h-9 border-line border-b px-3 py-1.5';
const HEAD = 'h-12 border-line border-b px-3';
const FIRST = 'sticky left-0 z-1 bg-panel text-left max-sm:min-w-40 sm:min-w-64';

function Mark({ isHeld }: { isHeld: boolean }) {
  const { t } = useTranslation('members');
  const Icon = isHeld ? Check : Minus;
  return (
    <>
      <Icon
        className={cn('mx-auto size-4', isHeld ? 'text-ok' : 'text-line-strong/60')}
        aria-hidden
      />
      <span className="sr-only">{t(isHeld ? 'roles.held' : 'roles.not_held')}</span>
    </>
  );
}

interface MatrixProps {
  builtIn: readonly { role: SchemaRoleEnum; permissions: readonly string[] }[];
  own: readonly OwnRole[];
  onOpen: (role: OwnRole) => void;
}

function Heads({ own, onOpen }: Pick<MatrixProps, 'own' | 'onOpen'>) {
  const { t } = useTranslation('members');
  const { role: mine } = useAsker();
  return (
    <thead>
      <tr>
        <th scope="col" className={cn(HEAD, FIRST, 'font-medium text-fg-2 text-xs')}>
          {t('roles.permission')}
        </th>
        {ROLES.map((role) => (
          <th
            key={role}
            scope="col"
            title={t(`role_says.${role}`)}
            className={cn(HEAD, 'min-w-20 text-center font-medium')}
          >
            {t(`role.${role}`)}
            {role === mine && (
              <span className="block font-normal text-2xs text-accent">{t('you')}</span>
            )}
          </th>
        ))}
        {own.map((role) => (
          <th key={role.id} scope="col" className={cn(HEAD, 'text-center')}>
            <button
              type="button"
              aria-label={t('roles.edit_named', { name: role.name })}
              title={role.name}
              onClick={() => onOpen(role)}
              className="max-w-36 truncate rounded-sm px-1 py-1 font-medium text-accent hover:underline"
            >
              {role.name}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** What each role holds: built-in ones first, then the tenant's own, which their names open. */
export function RoleMatrix({ builtIn, own, onOpen }: MatrixProps) {
  const { t } = useTranslation('members');
  const words = usePermissionWords();
  const heldBy = (role: SchemaRoleEnum): readonly string[] =>
    builtIn.find((one) => one.role === role)?.permissions ?? [];
  return (
    <div
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
      tabIndex={0}
      role="region"
      aria-label={t('roles.matrix')}
      // What is said to screen readers alone lies within, so that it does not widen the page.
      className="relative overflow-x-auto rounded-xl border border-line bg-panel shadow-1"
    >
      <table className="w-full border-separate border-spacing-0">
        <caption className="sr-only">{t('roles.matrix')}</caption>
        <Heads own={own} onOpen={onOpen} />
        <tbody>
          {ABOUTS.map((about) => (
            <Fragment key={about}>
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={1 + ROLES.length + own.length}
                  className="border-line border-b bg-sunken px-3 py-1.5 text-left font-medium text-2xs text-fg-2"
                >
                  <span className="sticky left-3">{t(`about.${about}`)}</span>
                </th>
              </tr>
              {PERMISSIONS[about].map((permission) => (
                <tr key={permission}>
                  <th scope="row" title={permission} className={cn(CELL, FIRST, 'font-normal')}>
                    {words(permission)}
                  </th>
                  {ROLES.map((role) => (
                    <td key={role} className={CELL}>
                      <Mark isHeld={heldBy(role).includes(permission)} />
                    </td>
                  ))}
                  {own.map(({ id, permissions }) => (
                    <td key={id} className={CELL}>
                      <Mark isHeld={permissions.includes(permission)} />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
