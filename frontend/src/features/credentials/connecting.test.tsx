import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { leave } from '@/lib/leave';
import { makeConnection, makeCredential } from '@/testing/credential-makers';
import { ago } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import AstrayPage from './components/astray-page';
import ConnectedPage from './components/connected-page';
import CredentialsPage from './components/credentials-page';

const BACK = '/oauth/callback?state=s.t&code=c%2B1&iss=https://id.test';

const account = (connection = makeConnection(), name = 'octo') =>
  makeCredential({ name, type: 'oauth2', secrets: ['client_secret'], connection });

const open = () => renderAt('/credentials', <CredentialsPage />);

const pick = async (user: ReturnType<typeof open>['user'], name = 'octo') => {
  await user.click(await screen.findByRole('button', { name: `Actions of ${name}` }));
  await user.click(await screen.findByRole('menuitem', { name: 'Connection' }));
  await screen.findByRole('dialog');
};

afterEach(() => vi.restoreAllMocks());

describe('an account', () => {
  it('says in the list whether it is connected', async () => {
    serve({
      credentials: [
        account(makeConnection(), 'one'),
        account(makeConnection({ status: 'revoked' }), 'two'),
        account(makeConnection({ status: 'lost', problem: 'invalid_grant' }), 'three'),
        account(makeConnection({ status: 'active' }), 'four'),
      ],
    });
    open();

    expect(await screen.findAllByText('Not connected')).toHaveLength(2);
    expect(screen.getAllByText('Needs reconnecting')).toHaveLength(1);
    expect(screen.getAllByText('Ready')).toHaveLength(1);
  });

  it('is connected in a window that the click opens', async () => {
    serve({ credentials: [account()] });
    const assign = vi.fn();
    const popup = { location: { assign }, close: vi.fn(), opener: window } as unknown as Window;
    const opened = vi.spyOn(window, 'open').mockReturnValue(popup);
    const { user } = open();

    await pick(user);
    expect(screen.getByText('http://localhost/oauth/callback')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Connect' }));

    expect(opened).toHaveBeenCalledWith('', '_blank', 'popup,width=640,height=760');
    await waitFor(() => expect(assign).toHaveBeenCalledWith('https://id.test/authorize?state=x'));
    expect(popup.opener).toBeNull();
  });

  it('is connected in this window where no other may open', async () => {
    serve({ credentials: [account()] });
    vi.spyOn(window, 'open').mockReturnValue(null);
    const left = vi.spyOn(leave, 'to').mockReturnValue();
    const { user } = open();

    await pick(user);
    await user.click(screen.getByRole('button', { name: 'Connect' }));

    await waitFor(() => expect(left).toHaveBeenCalledWith('https://id.test/authorize?state=x'));
  });

  it('says why it cannot be connected, and closes the window that it opened', async () => {
    serve({ credentials: [account()] });
    server.use(
      http.post('*/api/v1/credentials/:id/connect', () =>
        problem(503, 'provider_unavailable', 'The issuer does not answer.'),
      ),
    );
    const close = vi.fn();
    vi.spyOn(window, 'open').mockReturnValue({ close } as unknown as Window);
    const { user } = open();

    await pick(user);
    await user.click(screen.getByRole('button', { name: 'Connect' }));

    expect(await screen.findByText('The issuer does not answer.')).toBeVisible();
    expect(close).toHaveBeenCalledOnce();
  });

  it('shows what was granted, and hears of a connection from another window', async () => {
    const octo = account();
    const world = serve({ credentials: [octo] });
    const { user } = open();
    await pick(user);
    expect(await screen.findByText(/^Nobody has connected it yet/)).toBeVisible();

    const facts = { scopes: ['repo'], connected_at: ago(60), renewed_at: ago(60) };
    world.credentials = [{ ...octo, connection: makeConnection({ status: 'active', ...facts }) }];
    window.dispatchEvent(new StorageEvent('storage', { key: 'gorax.connected' }));

    expect(await screen.findByText('repo')).toBeVisible();
    expect(screen.getByText('It is connected. Its token is renewed by itself.')).toBeVisible();
    expect(screen.getByText('Renewed')).toBeVisible();
  });

  it('is disconnected, and says whether the provider knows', async () => {
    const active = makeConnection({ status: 'active', scopes: ['repo'] });
    serve({ credentials: [account(active)] });
    const { user } = open();
    await pick(user);
    expect(screen.getByText('repo')).toBeVisible();
    expect(screen.getByText('It is taken back')).toBeVisible();

    await user.click(screen.getByRole('button', { name: 'Disconnect' }));

    expect(await screen.findByText(/^It was disconnected/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Disconnect' })).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Connect again' })).toBeVisible();
  });

  it('that is lost says what the provider said', async () => {
    serve({ credentials: [account(makeConnection({ status: 'lost', problem: 'invalid_grant' }))] });
    const { user } = open();

    await pick(user);

    expect(
      screen.getByText('The provider renews its token no more (invalid_grant).'),
    ).toBeVisible();
  });

  it('that is new is offered to be connected at once', async () => {
    const world = serve({ credentials: [] });
    const { user } = open();

    await user.click((await screen.findAllByRole('button', { name: 'New credential' }))[0]!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'OAuth 2.0 account');
    expect(screen.getByLabelText('Issuer (optional)')).toBeVisible();
    await user.selectOptions(screen.getByLabelText('Provider'), 'github');
    expect(screen.queryByLabelText('Issuer (optional)')).not.toBeInTheDocument();
    await user.type(screen.getByLabelText('Name'), 'octo');
    await user.type(screen.getByLabelText('Client id'), 'me');
    await user.click(screen.getByRole('button', { name: 'Save credential' }));

    expect(await screen.findByRole('dialog', { name: 'Connection of octo' })).toBeVisible();
    expect(world.credentials[0]!.values).toEqual({ provider: 'github', client_id: 'me' });
  });
});

describe('the way back', () => {
  it('hands in what the provider said, once, takes it out of the address, and closes', async () => {
    serve({ credentials: [account()] });
    const sent: unknown[] = [];
    server.use(
      http.post('*/api/v1/credentials/connected', async ({ request }) => {
        sent.push(await request.clone().json());
        return undefined;
      }),
    );
    const close = vi.spyOn(window, 'close').mockReturnValue();
    const { address } = renderAt(BACK, <ConnectedPage />);

    expect(await screen.findByText('“octo” is connected')).toBeVisible();
    expect(address()).toBe('/oauth/callback');
    expect(sent).toEqual([
      { path: '/oauth/callback', state: 's.t', code: 'c+1', error: '', iss: 'https://id.test' },
    ]);
    expect(close).toHaveBeenCalledOnce();
    expect(localStorage.getItem('gorax.connected')).not.toBeNull();
    expect(screen.getByRole('link', { name: 'To the credentials' })).toBeVisible();
  });

  it('says what went wrong, and leads back to where it is tried again', async () => {
    serve({ credentials: [] });
    renderAt(BACK, <ConnectedPage />);

    expect(await screen.findByText('It was used before.')).toBeVisible();
    expect(screen.getByText('Nothing was connected')).toBeVisible();
    expect(screen.getByRole('link', { name: 'To the credentials' })).toBeVisible();
  });

  it('knows what to do without an answer', () => {
    serve({ credentials: [] });
    renderAt('/oauth/callback', <ConnectedPage />);

    expect(screen.getByText(/^This page was opened without an answer/)).toBeVisible();
  });

  it('tells on the public host that it leads to no tenant', () => {
    renderAt('/not-connected', <AstrayPage />);

    expect(screen.getByText(/leads to no tenant here/)).toBeVisible();
  });
});
