import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { leave } from '@/lib/leave';
import { makeConnection, makeCredential } from '@/testing/credential-makers';
import { ago, makeMe } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import type { World } from '@/testing/world';
import ConnectionsPage from './components/connections-page';

const account = (name: string, connection: object) =>
  makeCredential({
    name,
    type: 'oauth2',
    values: { provider: 'github' },
    connection: makeConnection(connection),
  });

function open(overrides: Partial<World> = {}) {
  const credentials = [
    account('deploy bot', {
      status: 'active',
      scopes: ['repo', 'workflow'],
      connected_at: ago(7_200),
    }),
    account('old bot', { status: 'lost', problem: 'invalid_grant' }),
    makeCredential({ name: 'a plain token' }),
  ];
  const world = serve({ credentials, ...overrides });
  return { world, ...renderAt('/connections', <ConnectionsPage />) };
}

describe('connections', () => {
  it('lists accounts and no other credential, with what was granted and how each stands', async () => {
    open();

    const rows = within(await screen.findByRole('list', { name: 'Connections' }));
    expect(rows.getByText('deploy bot').closest('li')).toHaveTextContent(
      'deploy botgithub2 scopesReady2 hr. ago',
    );
    expect(rows.getByText('old bot').closest('li')).toHaveTextContent(/Not connected yet$/);
    expect(rows.queryByText('a plain token')).toBeNull();
  });

  it('leads to the provider, and takes a consent back', async () => {
    const popup = { location: { assign: vi.fn() }, close: vi.fn() };
    vi.spyOn(window, 'open').mockReturnValue(popup as unknown as Window);
    vi.spyOn(leave, 'to').mockReturnValue();
    const { user, world } = open();
    await user.click(
      await screen.findByRole('button', { name: 'Show the connection of deploy bot' }),
    );
    const dialog = within(await screen.findByRole('dialog', { name: 'Connection of deploy bot' }));
    await user.click(dialog.getByRole('button', { name: 'Connect again' }));
    await waitFor(() =>
      expect(popup.location.assign).toHaveBeenCalledWith('https://id.test/authorize?state=x'),
    );
    await user.click(dialog.getByRole('button', { name: 'Disconnect' }));

    await waitFor(() => expect(world.credentials[0]!.connection!.status).toBe('revoked'));
  });

  it('begins a new one with the form of accounts', async () => {
    const { user } = open({ credentials: [] });
    await user.click((await screen.findAllByRole('button', { name: 'Connect an account' }))[0]!);
    const dialog = within(await screen.findByRole('dialog'));

    expect(await dialog.findByLabelText('Type')).toHaveValue('oauth2');
  });

  it('lets who may only look look, and says why nothing can be connected', async () => {
    open({ me: makeMe({ permissions: ['credential.read'] }) });

    expect(await screen.findByText('deploy bot')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Show the connection/ })).toBeNull();
    expect(screen.getByRole('button', { name: 'Connect an account' })).toHaveAccessibleDescription(
      /credential\.create/,
    );
  });

  it('names the permission to who may not look', async () => {
    open({ me: makeMe({ permissions: ['workflow.read'] }) });

    expect(await screen.findByText(/needs the permission credential\.read/)).toBeVisible();
  });
});
