import { screen, waitFor } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { leave } from '@/lib/leave';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import SignIn from './components/sign-in';

const open = (path: string) =>
  renderAt(
    path,
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
    </Routes>,
  );

const okta = { name: 'Acme Okta', url: 'https://acme.test/auth/sso/1/start', is_enforced: true };
const entra = { name: 'Acme Entra', url: 'https://acme.test/auth/sso/2/start', is_enforced: false };
const CONTINUE = { name: 'Continue with your company’s sign-in' };

let gone: string[] = [];

beforeEach(() => {
  gone = [];
  vi.spyOn(leave, 'to').mockImplementation((url) => {
    gone.push(url);
  });
});

describe('a company’s sign-in', () => {
  it('leads where the domain of the address says', async () => {
    const world = serve({ offers: [okta] });
    const { user } = open('/sign-in?next=/executions');

    await user.type(screen.getByLabelText('E-mail'), ' ada@acme.test');
    await user.click(screen.getByRole('button', CONTINUE));

    await waitFor(() => expect(gone).toEqual([okta.url]));
    expect(world.sent.map(({ body }) => body)).toEqual([
      { email: 'ada@acme.test', next: '/executions' },
    ]);
  });

  it('lets those choose whose company has several', async () => {
    serve({ offers: [okta, entra] });
    const { user } = open('/sign-in');

    await user.type(screen.getByLabelText('E-mail'), 'ada@acme.test');
    await user.click(screen.getByRole('button', CONTINUE));
    await user.click(await screen.findByRole('button', { name: 'Acme Entra' }));

    expect(gone).toEqual([entra.url]);
  });

  it('says that an address has none, and stays', async () => {
    serve({ offers: [okta] });
    const { user } = open('/sign-in');

    await user.type(screen.getByLabelText('E-mail'), 'ada@else.test');
    await user.click(screen.getByRole('button', CONTINUE));

    expect(await screen.findByRole('alert')).toHaveTextContent('Use your password.');
    expect(gone).toEqual([]);
  });

  it('asks nobody without an address', async () => {
    const world = serve({ offers: [okta] });
    const { user } = open('/sign-in');

    await user.click(screen.getByRole('button', CONTINUE));

    expect(world.sent).toEqual([]);
  });

  it('explains why it brought nobody in', () => {
    serve();
    open('/sign-in?notice=sso_unreachable&tenant=demo');

    expect(screen.getByRole('alert')).toHaveTextContent('does not answer');
  });

  it('shows no notice that somebody has made up', () => {
    serve();
    open('/sign-in?notice=title');

    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});
