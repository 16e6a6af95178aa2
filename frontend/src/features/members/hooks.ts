import { useMe } from '@/features/accounts/facade';
import type { SchemaRoleEnum } from '@/generated/api';
import { type Member, useBuiltIn, useOwnRoles } from './api';
import type { Asker } from './rules';

const NOBODY: Asker = { id: '', role: null, permissions: [] };

/** Who looks at the page. While that is not known they may nothing. */
export const useAsker = (): Asker => useMe().data ?? NOBODY;

/** Reads what roles hold: built-in ones by name, the tenant's own by id. */
export function useHeld() {
  const builtIn = useBuiltIn().data;
  const own = useOwnRoles().data?.pages.flatMap((page) => page.results);
  const ofRole = (role: SchemaRoleEnum): readonly string[] =>
    builtIn?.find((one) => one.role === role)?.permissions ?? [];
  const ofOwn = (id: string): readonly string[] =>
    own?.find((one) => one.id === id)?.permissions ?? [];
  const ofMember = (member: Pick<Member, 'role' | 'roles'>): string[] => [
    ...new Set([...ofRole(member.role), ...member.roles.flatMap(({ id }) => ofOwn(id))]),
  ];
  return { ofRole, ofOwn, ofMember, own: own ?? [] };
}
