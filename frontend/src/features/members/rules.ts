import type { SchemaMemberOut, SchemaPermission, SchemaRoleEnum } from '@/generated/api';

/** Why somebody may not change a member; null: they may. */
export type Refusal = 'no_manage' | 'last_owner' | 'own' | 'owners_only' | 'wider' | null;

/** Who asks, as far as the rules look. */
export interface Asker {
  id: string;
  role: string | null;
  permissions: readonly string[];
}

/** A program's account is a member too; its address is made up, and no letter reaches it. */
export const isProgram = ({ email }: { email: string }): boolean =>
  email.endsWith('@service.invalid');

export const ROLES: readonly SchemaRoleEnum[] = ['owner', 'admin', 'editor', 'operator', 'viewer'];

/** Every permission, by what it is about; looking comes first. */
export const PERMISSIONS = {
  workflow: [
    'workflow.read',
    'workflow.create',
    'workflow.update',
    'workflow.delete',
    'workflow.execute',
    'workflow.share',
  ],
  execution: ['execution.read', 'execution.cancel'],
  webhook: ['webhook.read', 'webhook.create', 'webhook.update', 'webhook.delete'],
  credential: ['credential.read', 'credential.create', 'credential.update', 'credential.delete'],
  user: ['user.read', 'user.invite', 'user.manage'],
  role: ['role.manage'],
  api_key: ['api_key.manage'],
  sso: ['sso.manage'],
  audit: ['audit.read', 'audit.manage'],
  tenant: ['tenant.read', 'tenant.update'],
} as const satisfies Record<string, readonly SchemaPermission[]>;

export type About = keyof typeof PERMISSIONS;

export const ABOUTS = Object.keys(PERMISSIONS) as About[];

/** What of `permissions` the asker does not hold: nobody gives that, and nobody takes it. */
export function beyond(asker: Asker, permissions: Iterable<string>): string[] {
  return [...new Set(permissions)].filter((one) => !asker.permissions.includes(one)).sort();
}

/** Why the asker may not touch a member at all. The server judges again, under a lock. */
export function whyNotTouch(
  asker: Asker,
  member: Pick<SchemaMemberOut, 'id' | 'role'>,
  held: readonly string[],
  owners: number,
): Refusal {
  if (member.id === asker.id) return member.role === 'owner' && owners === 1 ? 'last_owner' : 'own';
  if (!asker.permissions.includes('user.manage')) return 'no_manage';
  if (member.role === 'owner' && asker.role !== 'owner') return 'owners_only';
  return beyond(asker, held).length > 0 ? 'wider' : null;
}

/** Why the asker may not give a built-in role. */
export function whyNotGive(
  asker: Asker,
  role: SchemaRoleEnum,
  held: readonly string[],
): 'owners_only' | 'role_wider' | null {
  if (role === 'owner' && asker.role !== 'owner') return 'owners_only';
  return beyond(asker, held).length > 0 ? 'role_wider' : null;
}
