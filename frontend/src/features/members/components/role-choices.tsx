import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SchemaRoleEnum } from '@/generated/api';
import { useHeld } from '../hooks';
import { ROLES } from '../rules';
import { useWhyNot } from '../words';
import { Choice, Choices } from './choice';

interface RoleChoicesProps {
  role: SchemaRoleEnum;
  /** Ids of the tenant's own roles. */
  own: readonly string[];
  /** Why nothing of it can be changed. */
  why?: string | undefined;
  onRole: (role: SchemaRoleEnum) => void;
  onOwn: (own: string[]) => void;
}

/** What somebody is to be: one built-in role, and of the tenant's own as many as are wanted. */
export function RoleChoices({ role, why, onRole, ...rest }: RoleChoicesProps) {
  const { t } = useTranslation('members');
  const whyNot = useWhyNot();
  const isOff = why !== undefined;
  return (
    <>
      <Choices label={t('member.role')}>
        {ROLES.map((one) => (
          <Choice
            key={one}
            kind="radio"
            name="role"
            label={t(`role.${one}`)}
            text={t(`role_says.${one}`)}
            isChosen={one === role}
            why={isOff ? '' : whyNot.ofBuiltIn(one)}
            onChoose={() => onRole(one)}
          />
        ))}
      </Choices>
      <OwnRoleChoices why={why} {...rest} />
    </>
  );
}

/** The tenant's own roles, of which somebody, or an account of a program, may have as many as are wanted. */
export function OwnRoleChoices({
  own,
  why,
  onOwn,
}: Pick<RoleChoicesProps, 'own' | 'why' | 'onOwn'>) {
  const { t } = useTranslation('members');
  const held = useHeld();
  const whyNot = useWhyNot();
  if (held.own.length === 0)
    return (
      <p className="text-fg-3 text-xs">
        {t('member.no_roles')}{' '}
        <Link to="/roles" className="rounded-sm text-accent hover:underline">
          {t('member.to_roles')}
        </Link>
      </p>
    );
  return (
    <div>
      <Choices label={t('member.own_roles')}>
        {held.own.map(({ id, name, description }) => (
          <Choice
            key={id}
            kind="checkbox"
            name="own"
            label={name}
            text={description === '' ? undefined : description}
            isChosen={own.includes(id)}
            why={why === undefined ? whyNot.ofOwnRole(id) : ''}
            onChoose={(isChosen) =>
              onOwn(isChosen ? [...own, id] : own.filter((one) => one !== id))
            }
          />
        ))}
      </Choices>
      <p className="mt-1.5 text-fg-3 text-xs">{t('member.own_roles_hint')}</p>
    </div>
  );
}
