import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeMe } from '@/testing/makers';
import { ALL, HELD, makePeople, makeRole } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import type { World } from '@/testing/world';
import RolesPage from './components/roles-page';

function open(overrides: Partial<World> = {}) {
  const world = serve({ me: makeMe({ permissions: ALL }), ...overrides });
  return { world, ...renderAt('/roles', <RolesPage />) };
}

/** What each column says of a permission, by the head of the column. */
function rowOf(name: string): Record<string, string> {
  const table = within(screen.getByRole('table'));
  const heads = table.getAllByRole('columnheader').slice(1);
  const cells = within(table.getByRole('rowheader', { name }).closest('tr')!).getAllByRole('cell');
  return Object.fromEntries(
    heads.map((head, index) => [head.textContent, cells[index]!.textContent]),
  );
}

describe('roles', () => {
  it('shows who may what, built-in roles first', async () => {
    open({ people: makePeople({ roles: [makeRole()] }) });

    await screen.findByRole('table', { name: 'Who may do what' });
    expect(rowOf('Change and publish workflows')).toEqual({
      OwnerYou: 'Yes',
      Admin: 'Yes',
      Editor: 'Yes',
      Operator: 'No',
      Viewer: 'No',
      Releaser: 'Yes',
    });
    expect(rowOf('Read the audit log').Releaser).toBe('No');
  });

  it('makes one: wants a name and a permission, and shows that a name is taken', async () => {
    const { user, world } = open({ people: makePeople({ roles: [makeRole()] }) });
    await user.click(await screen.findByRole('button', { name: 'New role' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New role' }));
    const send = (): Promise<void> =>
      user.click(dialog.getByRole('button', { name: 'Make the role' }));

    await send();
    expect(await dialog.findByText('Give it a name.')).toBeVisible();
    expect(dialog.getByText('Choose at least one permission.')).toBeVisible();
    await user.type(dialog.getByLabelText('Name'), 'Releaser');
    await user.click(dialog.getByRole('checkbox', { name: 'Run workflows' }));
    await send();
    expect(await dialog.findByText('Another role is called so.')).toBeVisible();
    await user.clear(dialog.getByLabelText('Name'));
    await user.type(dialog.getByLabelText('Name'), 'Runner');
    await send();

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.sent.at(-1)!.body).toEqual({
      name: 'Runner',
      description: '',
      permissions: ['workflow.execute'],
    });
    expect(await screen.findByRole('button', { name: 'Change Runner' })).toBeVisible();
  });

  it('offers nothing that the asker does not hold', async () => {
    const permissions = [...HELD.editor, 'role.manage' as const];
    const { user } = open({ me: makeMe({ role: 'editor', permissions }) });
    await user.click(await screen.findByRole('button', { name: 'New role' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New role' }));

    const wider = dialog.getByRole('checkbox', { name: 'Read the audit log' });
    expect(wider).toBeDisabled();
    expect(wider).toHaveAccessibleDescription(/You do not hold it yourself/);
    expect(dialog.getByRole('checkbox', { name: 'Share workflows they own' })).toBeEnabled();
  });

  it('leaves a role that holds more than the asker as it is, and says why', async () => {
    const wide = makeRole({ name: 'Auditor', permissions: ['audit.read', 'workflow.read'] });
    const permissions = [...HELD.editor, 'role.manage' as const];
    const me = makeMe({ role: 'editor', permissions });
    const { user } = open({ me, people: makePeople({ roles: [wide] }) });
    await user.click(await screen.findByRole('button', { name: 'Change Auditor' }));
    const dialog = within(await screen.findByRole('dialog'));

    expect(dialog.getAllByText('It holds more than you do: audit.read.')[0]).toBeVisible();
    expect(dialog.getByRole('checkbox', { name: 'Run workflows' })).toBeDisabled();
    expect(dialog.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');
  });

  it('deletes one only when its name is written', async () => {
    const { user, world } = open({ people: makePeople({ roles: [makeRole()] }) });
    await user.click(await screen.findByRole('button', { name: 'Change Releaser' }));
    await user.click(await screen.findByRole('button', { name: 'Delete the role' }));
    const asked = within(await screen.findByRole('dialog', { name: /Delete the role/ }));

    await user.click(asked.getByRole('button', { name: 'Delete the role' }));
    expect(asked.getByText('This is not its name.')).toBeVisible();
    await user.type(asked.getByLabelText('Write Releaser to confirm'), 'Releaser');
    await user.click(asked.getByRole('button', { name: 'Delete the role' }));

    await waitFor(() => expect(world.people.roles).toEqual([]));
    expect(await screen.findByText(/The five built-in roles fit most teams/)).toBeVisible();
  });
});
