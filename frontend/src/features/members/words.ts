import { useTranslation } from 'react-i18next';
import type { SchemaPermission, SchemaRoleEnum } from '@/generated/api';
import { useAsker, useHeld } from './hooks';
import { beyond, whyNotGive } from './rules';

const SHOWN = 3;

/** Says in a sentence why something cannot be given; undefined: it can. */
export function useWhyNot() {
  const { t } = useTranslation('members');
  const asker = useAsker();
  const { ofRole, ofOwn } = useHeld();
  const named = (held: readonly string[]): string => {
    const missing = beyond(asker, held);
    const first = missing.slice(0, SHOWN).join(', ');
    return missing.length > SHOWN ? `${first}, +${missing.length - SHOWN}` : first;
  };
  const ofBuiltIn = (role: SchemaRoleEnum): string | undefined => {
    const why = whyNotGive(asker, role, ofRole(role));
    return why === null ? undefined : t(`why.${why}`, { permissions: named(ofRole(role)) });
  };
  const ofOwnRole = (id: string): string | undefined =>
    beyond(asker, ofOwn(id)).length === 0
      ? undefined
      : t('why.role_wider', { permissions: named(ofOwn(id)) });
  return { ofBuiltIn, ofOwnRole, named };
}

/** What a permission lets somebody do; one of a later version shows its name. */
export function usePermissionWords(): (permission: string) => string {
  const { t, i18n } = useTranslation('members');
  return (permission) =>
    i18n.exists(`members:permission.${permission}`)
      ? t(`permission.${permission as SchemaPermission}`)
      : permission;
}
