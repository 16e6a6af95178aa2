import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { leave } from '@/lib/leave';
import { type AccountWorld, accountHandlers, makeAccountWorld } from '@/testing/account-handlers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import AccountPage from './components/account-page';
import Forgot from './components/forgot';
import Invitation from './components/invitation';
import Reset from './components/reset';
import SignIn from './components/sign-in';
import Verify from './components/verify';

function open(path: string, overrides: Partial<AccountWorld> = {}) {
  serve();
  const world = makeAccountWorld(overrides);
  server.use(...accountHandlers(world));
  return renderAt(
    path,
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
      <Route path="/forgot" element={<Forgot />} />
      <Route path="/reset" element={<Reset />} />
      <Route path="/verify" element={<Verify />} />
      <Route path="/invitation" element={<Invitation />} />
      <Route path="/account" element={<AccountPage />} />
    </Routes>,
  );
}

let gone: string[] = [];

beforeEach(() => {
  gone = [];
  vi.spyOn(leave, 'to').mockImplementation((url) => {
    gone.push(url);
  });
});

const INVITED = {
  email: 'bob@example.com',
  role: 'editor' as const,
  roles: ['Auditors'],
  tenant_name: 'Demo',
  tenant_slug: 'demo',
  invited_by: 'Ada',
};

describe('the second step of signing in', () => {
  it('asks for a code after the password, tells a wrong one, and goes on with the right one', async () => {
    const { user } = open('/sign-in');
    await user.type(screen.getByLabelText('E-mail'), 'ada@example.com');
    await user.type(screen.getByLabelText('Password'), 'two steps');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));

    await user.type(await screen.findByLabelText('Code of your app'), '000000');
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('This code is not good.');
    await user.clear(screen.getByLabelText('Code of your app'));
    await user.type(screen.getByLabelText('Code of your app'), '123456');
    await user.click(screen.getByRole('button', { name: 'Go on' }));

    await waitFor(() => expect(gone).toEqual(['/workflows']));
  });
});

describe('links of letters', () => {
  it('says the same whether there is such an account', async () => {
    const { user } = open('/forgot');

    await user.type(screen.getByLabelText('E-mail'), 'nobody@example.com');
    await user.click(screen.getByRole('button', { name: 'Send the link' }));

    expect(await screen.findByText(/If there is an account/)).toBeVisible();
  });

  it.each([
    ['good', 'Your password is set. Sign in with it.'],
    ['old', 'This link is no longer good.'],
  ])('sets a password with a %s link or says why not', async (token, said) => {
    const { user } = open(`/reset#${token}`);

    await user.type(screen.getByLabelText('New password'), 'another good sentence');
    await user.click(screen.getByRole('button', { name: 'Set password' }));

    expect(await screen.findByText(said)).toBeVisible();
  });

  it('confirms an address only when it is told to', async () => {
    const { user } = open('/verify#good');
    expect(screen.queryByText(/is confirmed/)).not.toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Confirm' }));

    expect(await screen.findByText('ada@example.com is confirmed.')).toBeVisible();
  });

  it('lets a new person join by an invitation', async () => {
    const { user } = open('/invitation#t', { invitation: { ...INVITED, has_account: false } });

    expect(await screen.findByText('Join Demo')).toBeVisible();
    expect(screen.getByText('Ada invites you, as editor and Auditors.')).toBeVisible();
    await user.type(screen.getByLabelText('Password'), 'a good password');
    await user.click(screen.getByRole('button', { name: 'Create account and join' }));

    await waitFor(() => expect(gone).toEqual(['http://demo.localhost/']));
  });

  it('lets who has an account join as that person', async () => {
    const { user } = open('/invitation#t', { invitation: { ...INVITED, has_account: true } });

    await user.click(await screen.findByRole('button', { name: 'Join as bob@example.com' }));

    await waitFor(() => expect(gone).toEqual(['http://demo.localhost/']));
  });

  it('says that an invitation is no longer good', async () => {
    open('/invitation#t');

    expect(await screen.findByRole('alert')).toHaveTextContent('There is no such invitation.');
  });
});

describe('my account', () => {
  it('asks who it is before an app is set up, goes on by itself, and shows the codes once', async () => {
    const { user } = open('/account', { asksFirst: true });

    await user.click(await screen.findByRole('button', { name: 'Set up an app' }));
    const dialog = await screen.findByRole('dialog', { name: 'Is it you?' });
    await user.type(await within(dialog).findByLabelText('Password'), 'a good password');
    await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText('ABCD EFGH')).toBeVisible();
    await user.type(screen.getByLabelText('Code of your app'), '123456');
    await user.click(screen.getByRole('button', { name: 'Turn on' }));

    expect(await screen.findByText('aaaa-bbbb-cccc-dddd')).toBeVisible();
    expect(await screen.findByText('On. 10 recovery codes are left.')).toBeVisible();
  });

  it('says that the password of now is wrong', async () => {
    const { user } = open('/account');

    await user.type(await screen.findByLabelText('Current password'), 'wrong');
    await user.type(screen.getByLabelText('New password'), 'another good sentence');
    const form = screen.getByLabelText('New password').closest('form');
    await user.click(within(form as HTMLElement).getByRole('button', { name: 'Change password' }));

    expect(await screen.findByLabelText('Current password')).toBeInvalid();
  });

  it('ends another session, and offers not to end this one', async () => {
    const session = {
      ip: '10.0.0.1',
      created_at: '2026-01-01T00:00:00Z',
      last_used_at: '2026-01-01T00:00:00Z',
      tenants: ['Demo'],
    };
    const { user } = open('/account', {
      sessions: [
        { ...session, id: 's1', user_agent: 'This browser', is_current: true },
        { ...session, id: 's2', user_agent: 'Lost phone', is_current: false },
      ],
    });

    expect(await screen.findByText('Lost phone')).toBeVisible();
    expect(screen.getAllByRole('button', { name: 'End' })).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'End' }));

    await waitFor(() => expect(screen.queryByText('Lost phone')).not.toBeInTheDocument());
    expect(screen.getByText('This browser')).toBeVisible();
  });

  it('names browsers, and is asked for again where it did not come', async () => {
    let fails = true;
    const { user } = open('/account', {
      sessions: [
        {
          id: 's1',
          ip: '10.0.0.1',
          user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0 Safari/537.36',
          created_at: '2026-01-01T00:00:00Z',
          last_used_at: '2026-01-01T00:00:00Z',
          tenants: [],
          is_current: true,
        },
      ],
    });
    server.use(
      http.get('*/api/v1/account', () => (fails ? problem(422, 'invalid', 'Not now.') : undefined)),
    );

    expect(await screen.findByText('Not now.')).toBeVisible();
    fails = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await screen.findByText('Chrome on Linux')).toBeVisible();
  });

  it.each([
    [false, /Set up an app or a passkey here/],
    [true, /Sign in anew/],
  ])('says what a tenant asks for of who has an app: %s', async (hasApp, sentence) => {
    const { account } = makeAccountWorld();
    open('/account?notice=second_factor_needed', { account: { ...account, has_app: hasApp } });

    expect(await screen.findByText(sentence)).toBeVisible();
  });
});
