import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeMe, makeMember } from '@/testing/makers';
import { ALL, HELD, makeInvitation, makePeople, makeRole } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import type { World } from '@/testing/world';
import MembersPage from './components/members-page';

const me = makeMe({ permissions: ALL });
const myself = makeMember({ id: me.id, name: me.name, email: me.email, role: 'owner' });
const mina = makeMember({ name: 'Mina', email: 'mina@acme.test', role: 'viewer' });

function open(overrides: Partial<World> = {}) {
  const world = serve({ me, members: structuredClone([myself, mina]), ...overrides });
  return { world, ...renderAt('/members', <MembersPage />) };
}

async function dialogOf(user: ReturnType<typeof open>['user'], name: string) {
  await user.click(await screen.findByRole('button', { name: `Show ${name}` }));
  return within(await screen.findByRole('dialog', { name }));
}

const why = async (control: HTMLElement): Promise<string> => {
  await waitFor(() => expect(control).toHaveAccessibleDescription());
  return document.getElementById(control.getAttribute('aria-describedby')!)!.textContent;
};

describe('members', () => {
  it('lists who is here, as what, and who I am', async () => {
    open();

    const rows = within(await screen.findByRole('list', { name: 'Members' }));
    expect(rows.getByText('Mina').closest('li')).toHaveTextContent('mina@acme.testViewer');
    expect(rows.getByText(me.name).closest('li')).toHaveTextContent('You');
  });

  it('says of a program’s account what it is, not the address that was made up for it', async () => {
    const program = makeMember({ name: 'Deploys', email: '01a2@service.invalid' });
    open({ members: [myself, program] });

    const rows = within(await screen.findByRole('list', { name: 'Members' }));
    expect(rows.getByText('Deploys').closest('li')).toHaveTextContent('Service account');
    expect(rows.queryByText('01a2@service.invalid')).toBeNull();
  });

  it('gives another role, and one of the tenant’s own', async () => {
    const releaser = makeRole();
    const { user, world } = open({ people: makePeople({ roles: [releaser] }) });
    const dialog = await dialogOf(user, 'Mina');

    await user.click(dialog.getByRole('radio', { name: 'Editor' }));
    await user.click(await dialog.findByRole('checkbox', { name: 'Releaser' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.sent.at(-1)!.body).toEqual({ role: 'editor', roles: [releaser.id] });
    expect(await screen.findByText('Releaser')).toBeVisible();
  });

  it('says nothing of what nobody touched, which somebody else may have changed', async () => {
    const { user, world } = open({ people: makePeople({ roles: [makeRole()] }) });
    const dialog = await dialogOf(user, 'Mina');

    await user.click(await dialog.findByRole('checkbox', { name: 'Releaser' }));
    await user.click(dialog.getByRole('checkbox', { name: 'Releaser' }));
    await user.click(dialog.getByRole('radio', { name: 'Editor' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.sent.at(-1)!.body).toEqual({ role: 'editor' });
  });

  it('says what a member may, over all of their roles', async () => {
    const { user } = open();
    const dialog = await dialogOf(user, 'Mina');

    await user.click(await dialog.findByText('6 permissions'));

    expect(dialog.getByText('See credentials, never their secrets')).toBeVisible();
    expect(dialog.queryByText('Run workflows')).toBeNull();
  });

  it('protects the last owner, and says why', async () => {
    const { user } = open();
    const dialog = await dialogOf(user, me.name);

    expect(dialog.getAllByText(/You are the last owner/)[0]).toBeVisible();
    expect(dialog.getByRole('radio', { name: 'Viewer' })).toBeDisabled();
    expect(dialog.getByRole('button', { name: /^Remove from/ })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('keeps an admin from owners and from making one', async () => {
    const owner = makeMember({ name: 'Olga', role: 'owner' });
    const { user } = open({ me: { ...me, role: 'admin' }, members: [owner, mina] });

    const hers = await dialogOf(user, 'Olga');
    expect(hers.getAllByText('Only an owner changes an owner or makes one.')[0]).toBeVisible();
    await user.click(hers.getByRole('button', { name: 'Cancel' }));
    const dialog = await dialogOf(user, 'Mina');

    const radio = dialog.getByRole('radio', { name: 'Owner' });
    expect(radio).toBeDisabled();
    expect(await why(radio)).toContain('Only an owner');
    expect(dialog.getByRole('radio', { name: 'Admin' })).toBeEnabled();
  });

  it('does not offer what the asker does not hold', async () => {
    const permissions = [...HELD.editor, 'user.manage' as const];
    const { user } = open({ me: { ...me, id: 'other', role: 'editor', permissions } });
    const dialog = await dialogOf(user, 'Mina');

    const radio = dialog.getByRole('radio', { name: 'Admin' });
    expect(radio).toBeDisabled();
    expect(await why(radio)).toContain('api_key.manage, audit.manage, audit.read, +5');
    expect(dialog.getByRole('radio', { name: 'Editor' })).toBeEnabled();
  });

  it('removes one only when the address is written', async () => {
    const { user, world } = open();
    const dialog = await dialogOf(user, 'Mina');
    await user.click(dialog.getByRole('button', { name: /^Remove from/ }));
    const asked = within(await screen.findByRole('dialog', { name: 'Remove Mina?' }));

    await user.type(asked.getByLabelText('Write mina@acme.test to confirm'), 'mina');
    await user.click(asked.getByRole('button', { name: 'Remove' }));
    expect(asked.getByText('This is not their address.')).toBeVisible();
    expect(world.members).toHaveLength(2);
    await user.type(asked.getByLabelText('Write mina@acme.test to confirm'), '@acme.test');
    await user.click(asked.getByRole('button', { name: 'Remove' }));

    await waitFor(() => expect(screen.queryByText('Mina')).toBeNull());
  });

  it('invites by letter: checks the address, shows what the server refuses, lists what is under way', async () => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Invite' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Invite somebody' }));
    const email = dialog.getByLabelText('E-mail');

    await user.type(email, 'nobody');
    await user.click(dialog.getByRole('button', { name: 'Send the invitation' }));
    expect(await dialog.findByText(/Write an e-mail address/)).toBeVisible();
    await user.clear(email);
    await user.type(email, 'mina@acme.test');
    await user.click(dialog.getByRole('button', { name: 'Send the invitation' }));
    expect(await dialog.findByText('This address belongs to a member already.')).toBeVisible();
    await user.clear(email);
    await user.type(email, 'new@acme.test');
    await user.click(dialog.getByRole('radio', { name: 'Operator' }));
    await user.click(dialog.getByRole('button', { name: 'Send the invitation' }));

    const list = within(await screen.findByRole('list', { name: 'Invitations' }));
    expect(await list.findByText('new@acme.test')).toBeVisible();
    expect(list.getByText('Operator')).toBeVisible();
  });

  it('sends an invitation again, and takes it back', async () => {
    const people = makePeople({
      invitations: [
        makeInvitation({ email: 'late@acme.test', expires_at: '2020-01-01T00:00:00Z' }),
      ],
    });
    const { user, world } = open({ people });

    expect(await screen.findByText('No longer good')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Send again to late@acme.test' }));
    await waitFor(() => expect(world.sent.at(-1)!.path).toMatch(/resend$/));
    await user.click(
      screen.getByRole('button', { name: 'Revoke the invitation of late@acme.test' }),
    );

    expect(await screen.findByText('No invitation is open.')).toBeVisible();
  });

  it('tells a viewer why nothing can be changed, and asks the server for no invitations', async () => {
    const { user } = open({ me: { ...me, id: 'v', role: 'viewer', permissions: HELD.viewer } });

    expect(await screen.findByRole('button', { name: 'Invite' })).toHaveAccessibleDescription(
      /user\.invite/,
    );
    const dialog = await dialogOf(user, 'Mina');
    expect(dialog.getAllByText(/needs the permission user\.manage/)[0]).toBeVisible();
  });

  it('says which permission is missing to who may not look', async () => {
    open({ me: { ...me, role: 'operator', permissions: HELD.operator } });

    expect(await screen.findByText(/needs the permission user\.read/)).toBeVisible();
  });

  it('finds by name and address, and says when nobody fits', async () => {
    const { user } = open();
    await screen.findByText('Mina');

    await user.type(screen.getByRole('searchbox'), 'zz');
    expect(await screen.findByText('Nobody is called “zz”')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Clear the filter' }));

    expect(await screen.findByText('Mina')).toBeVisible();
  });
});
