import { describe, expect, it } from 'vitest';
import { beyond, whyNotGive, whyNotTouch } from './rules';

const admin = { id: 'me', role: 'admin', permissions: ['user.manage', 'workflow.read'] };
const owner = { ...admin, role: 'owner' };

describe('who may touch whom', () => {
  it.each([
    ['myself', owner, { id: 'me', role: 'owner' as const }, [], 2, 'own'],
    ['myself as the last owner', owner, { id: 'me', role: 'owner' as const }, [], 1, 'last_owner'],
    ['an owner, as an admin', admin, { id: 'x', role: 'owner' as const }, [], 2, 'owners_only'],
    ['an owner, as an owner', owner, { id: 'x', role: 'owner' as const }, [], 2, null],
    ['who holds more', admin, { id: 'x', role: 'viewer' as const }, ['sso.manage'], 1, 'wider'],
    ['who holds less', admin, { id: 'x', role: 'viewer' as const }, ['workflow.read'], 1, null],
  ])('%s', (_, asker, member, held, owners, refusal) => {
    expect(whyNotTouch(asker, member, held, owners)).toBe(refusal);
  });

  it('nobody without user.manage', () => {
    const viewer = { ...admin, permissions: ['workflow.read'] };

    expect(whyNotTouch(viewer, { id: 'x', role: 'viewer' }, [], 1)).toBe('no_manage');
  });

  it('only owners give ownership, and nobody gives what they do not hold', () => {
    expect(whyNotGive(admin, 'owner', [])).toBe('owners_only');
    expect(whyNotGive(owner, 'owner', ['workflow.read'])).toBeNull();
    expect(whyNotGive(admin, 'editor', ['workflow.update'])).toBe('role_wider');
    expect(whyNotGive(admin, 'viewer', ['workflow.read'])).toBeNull();
  });

  it('what is beyond somebody is told once, in order', () => {
    expect(beyond(admin, ['sso.manage', 'audit.read', 'sso.manage', 'workflow.read'])).toEqual([
      'audit.read',
      'sso.manage',
    ]);
  });
});
