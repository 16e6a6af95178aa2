import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { leave } from '@/lib/leave';
import { makeTenant } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ChooseTenant from './components/choose-tenant';
import SignIn from './components/sign-in';
import SignUp from './components/sign-up';

const open = (path: string) =>
  renderAt(
    path,
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
      <Route path="/sign-up" element={<SignUp />} />
      <Route path="/choose" element={<ChooseTenant />} />
    </Routes>,
  );

type User = ReturnType<typeof open>['user'];

async function signIn(user: User, password = 'a good password'): Promise<void> {
  await user.type(screen.getByLabelText('E-mail'), 'ada@example.com');
  await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
}

let gone: string[] = [];

beforeEach(() => {
  gone = [];
  vi.spyOn(leave, 'to').mockImplementation((url) => {
    gone.push(url);
  });
});

describe('signing in', () => {
  it('leads where the server says', async () => {
    const world = serve();
    const { user } = open('/sign-in?tenant=demo&next=/executions');

    await signIn(user);

    await waitFor(() => expect(gone).toEqual(['/workflows']));
    expect(world.sent[0]?.body).toEqual({
      email: 'ada@example.com',
      password: 'a good password',
      tenant: 'demo',
      next: '/executions',
    });
  });

  it('does not say which of the two was wrong, and stays', async () => {
    serve();
    const { user } = open('/sign-in');

    await signIn(user, 'wrong');

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The e-mail or the password is wrong.',
    );
    expect(gone).toEqual([]);
  });

  it('lets those choose who belong to several tenants; a suspended one is not offered', async () => {
    const tenants = [
      makeTenant(),
      makeTenant({ slug: 'northwind', name: 'Northwind' }),
      makeTenant({ slug: 'closed', name: 'Closed', status: 'suspended' }),
    ];
    const world = serve({ tenants });
    const { user } = open('/sign-in?next=/executions');

    await signIn(user);
    await user.click(await screen.findByRole('button', { name: /Northwind/ }));

    await waitFor(() => expect(gone).toEqual(['/workflows']));
    expect(world.sent.at(-1)).toMatchObject({
      path: '/api/v1/auth/cross',
      body: { tenant: 'northwind', next: '/executions' },
    });
    expect(screen.queryByText('Closed')).not.toBeInTheDocument();
  });

  it('explains a way that was used up', () => {
    serve();
    open('/sign-in?notice=crossing_refused');

    expect(screen.getByRole('alert')).toHaveTextContent('used up or too old');
  });

  it('shows the password to who asks', async () => {
    serve();
    const { user } = open('/sign-in');

    await user.click(screen.getByRole('button', { name: 'Show the password' }));

    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'text');
  });
});

describe('signing up', () => {
  async function fill(user: User, email: string, password = 'a good password'): Promise<void> {
    await user.type(screen.getByLabelText('Your name'), 'Ada');
    await user.type(screen.getByLabelText('E-mail'), email);
    await user.type(screen.getByLabelText('Password'), password);
    await user.type(screen.getByLabelText('Tenant name'), 'Ödegård & Co');
    await user.click(screen.getByRole('button', { name: 'Create tenant' }));
  }

  it('shows where the tenant will live, and leads into it', async () => {
    const world = serve();
    const { user } = open('/sign-up');

    await fill(user, 'ada@example.com');

    expect(screen.getByText('odegard-co.demo.localhost:8000')).toBeVisible();
    await waitFor(() => expect(gone).toEqual(['/workflows']));
    expect(world.sent[0]?.body).toEqual({
      name: 'Ada',
      email: 'ada@example.com',
      password: 'a good password',
      tenant_name: 'Ödegård & Co',
    });
  });

  it('puts what the server refuses under its field', async () => {
    serve();
    const { user } = open('/sign-up');

    await fill(user, 'taken@example.com');

    expect(await screen.findByText('This address has an account already.')).toBeVisible();
    expect(screen.getByLabelText('E-mail')).toBeInvalid();
    expect(gone).toEqual([]);
  });

  it('says what to do when the server fails, and keeps what was typed for the next try', async () => {
    const world = serve();
    server.use(
      http.post('*/api/v1/auth/sign-up', () => problem(500, 'internal', 'Internal error'), {
        once: true,
      }),
    );
    const { user } = open('/sign-up');

    await fill(user, 'ada@example.com');
    expect(await screen.findByRole('alert')).toHaveTextContent(/^That did not come through/);
    await user.click(screen.getByRole('button', { name: 'Create tenant' }));

    await waitFor(() => expect(gone).toEqual(['/workflows']));
    expect(world.sent).toHaveLength(1);
  });

  it('does not bother the server with a short password', async () => {
    const world = serve();
    const { user } = open('/sign-up');

    await fill(user, 'ada@example.com', 'short');

    expect(screen.getByText('Use at least 10 characters.')).toBeVisible();
    expect(world.sent).toEqual([]);
  });
});

describe('choosing a tenant', () => {
  it('asks the server where the page was opened by its address', async () => {
    serve();
    open('/choose');

    expect(await screen.findByRole('button', { name: /Demo/ })).toBeVisible();
  });
});
