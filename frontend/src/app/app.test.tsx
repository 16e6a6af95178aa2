import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { toast } from 'sonner';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { facts } from '@/lib/facts';
import { useLetterKeys } from '@/lib/keys';
import { leave } from '@/lib/leave';
import { FakeSocket } from '@/testing/fake-socket';
import { makeTenant, makeWebhook, makeWorkflow } from '@/testing/makers';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import { App } from './app';
import { watchForNewRelease } from './new-release';

let gone: string[] = [];

beforeEach(() => {
  gone = [];
  vi.spyOn(leave, 'to').mockImplementation((url) => {
    gone.push(url);
  });
  useLetterKeys.setState({ areOn: true });
  Object.assign(facts, {
    is_public_host: false,
    public_url: 'http://localhost:8000',
    tenant: { slug: 'demo', name: 'Demo' },
  });
});

afterEach(() => {
  toast.dismiss();
});

function open(path: string) {
  history.replaceState(null, '', path);
  return { user: userEvent.setup(), ...render(<App />) };
}

const workflow = makeWorkflow({ name: 'Deploy on push' });

describe('the shell', () => {
  it('leads from the front page to the workflows, and marks the page it is on', async () => {
    serve({ workflows: [workflow] });
    const { user } = open('/');
    expect(await screen.findByText('Everything is healthy.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Home' })).toHaveAttribute('aria-current', 'page');

    await user.click(screen.getByRole('link', { name: 'Workflows' }));

    expect(await screen.findByRole('link', { name: 'Deploy on push' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Home' })).not.toHaveAttribute('aria-current');
    expect(document.title).toBe('Workflows · Demo');
    expect(screen.getByRole('link', { name: 'Workflows' })).toHaveAttribute('aria-current', 'page');
  });

  it('goes to pages by chords', async () => {
    serve();
    const { user } = open('/workflows');
    await screen.findByText('No workflow yet');

    await user.keyboard('ge');
    expect(await screen.findByText('Executions appear here')).toBeVisible();
    await user.keyboard('gc');
    expect(await screen.findByText('No credential yet')).toBeVisible();
    await user.keyboard('gw');
    expect(await screen.findByText('No workflow yet')).toBeVisible();
  });

  it('finds workflows by the palette', async () => {
    serve({ workflows: [workflow, makeWorkflow({ name: 'Refund triage' })] });
    const { user } = open('/executions');
    await screen.findByText('Executions appear here');

    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'deploy');
    await user.keyboard('{Enter}');

    await waitFor(() => expect(location.pathname).toBe(`/workflows/${workflow.id}`));
    expect(await screen.findByRole('heading', { name: 'Deploy on push' })).toBeVisible();
  });

  it('lists every shortcut, and lets single letters be switched off', async () => {
    serve();
    const { user } = open('/workflows');
    await screen.findByText('No workflow yet');

    await user.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(within(sheet).getByText('Go to executions')).toBeVisible();
    await user.click(within(sheet).getByRole('checkbox'));
    await user.keyboard('{Escape}');
    await user.keyboard('ge');

    expect(location.pathname).toBe('/workflows');
  });

  it('switches the theme at once and remembers it in a cookie', async () => {
    serve();
    const { user } = open('/workflows');

    await user.click(await screen.findByRole('button', { name: /Account menu/ }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Dark' }));

    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(document.cookie).toContain('gorax_theme=dark');
  });

  it('crosses to another tenant by the door that sign-in uses', async () => {
    const world = serve({
      tenants: [makeTenant(), makeTenant({ slug: 'northwind', name: 'Northwind' })],
    });
    const { user } = open('/workflows');

    await user.click(await screen.findByRole('button', { name: 'Tenant Demo. Switch tenant' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Northwind' }));

    await waitFor(() => expect(gone).toEqual(['/workflows']));
    expect(world.sent[0]).toMatchObject({
      path: '/api/v1/auth/cross',
      body: { tenant: 'northwind' },
    });
  });

  it('signs out and leaves for the public host', async () => {
    const world = serve();
    const { user } = open('/workflows');

    await user.click(await screen.findByRole('button', { name: /Account menu/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));

    await waitFor(() =>
      expect(gone).toEqual(['http://localhost:8000/sign-in?tenant=demo&next=%2F']),
    );
    expect(world.sent.map(({ path }) => path)).toEqual(['/api/v1/auth/sign-out']);
  });

  it('goes on to sign out at the company’s provider, if that let the person in', async () => {
    serve({ wayOut: 'https://idp.example/session/end' });
    const { user } = open('/workflows');

    await user.click(await screen.findByRole('button', { name: /Account menu/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));

    await waitFor(() => expect(gone).toEqual(['https://idp.example/session/end']));
  });

  it('says so where nothing is', async () => {
    serve();
    open('/nowhere');

    expect(await screen.findByText('Nothing is here')).toBeVisible();
  });
});

describe('the connection', () => {
  it('is named when it breaks, and when the browser has none', async () => {
    serve();
    open('/workflows');
    await screen.findByText('No workflow yet');

    act(() => FakeSocket.last.onopen?.());
    expect(screen.getByText('Live')).toBeVisible();
    act(() => FakeSocket.last.onclose?.({ code: 1006 }));
    expect(screen.getByText('Reconnecting…')).toBeVisible();

    const line = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    act(() => void dispatchEvent(new Event('offline')));
    expect(screen.getByText('You are offline')).toBeVisible();

    line.mockReturnValue(true);
    act(() => void dispatchEvent(new Event('online')));
    expect(screen.getByText('Reconnecting…')).toBeVisible();
  });
});

describe('a page that breaks', () => {
  it('leaves the shell standing, and the next page works', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    serve();
    server.use(
      http.get('*/api/v1/workflows/:id', () => HttpResponse.json({ ...workflow, problems: null })),
    );
    const { user } = open(`/workflows/${workflow.id}`);

    expect(await screen.findByText('This page broke')).toBeVisible();
    await user.click(screen.getByRole('link', { name: 'Executions' }));
    expect(await screen.findByText('Executions appear here')).toBeVisible();
  });
});

describe('a new release', () => {
  it('is offered when a part of the page is gone, and nothing is lost before the person says so', async () => {
    serve();
    watchForNewRelease();
    open('/workflows');
    await screen.findByText('No workflow yet');

    dispatchEvent(new Event('vite:preloadError'));

    expect(await screen.findByText('A new version is ready')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Reload' })).toBeVisible();
  });
});

describe('a session that is over', () => {
  it('takes who has just arrived to sign in, with the way back', async () => {
    serve({ me: null });
    open('/executions?status=failed');

    await waitFor(() =>
      expect(gone).toContain(
        'http://localhost:8000/sign-in?tenant=demo&next=%2Fexecutions%3Fstatus%3Dfailed',
      ),
    );
  });

  it('only tells who is at work, so that nothing typed is lost', async () => {
    serve();
    const { user } = open('/workflows');
    await screen.findByRole('button', { name: /Account menu/ });
    await screen.findByText('No workflow yet');

    server.use(http.get('*/api/v1/executions', () => problem(401, 'expired', 'Expired.')));
    await user.keyboard('ge');

    expect(await screen.findByText('Sign in to go on where you were.')).toBeVisible();
    expect(gone).toEqual([]);
  });
});

describe('the public host', () => {
  it('shows sign-in at every address it does not know', async () => {
    Object.assign(facts, { is_public_host: true, tenant: null });
    serve();
    open('/workflows');

    expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});

describe('the demo delivery', () => {
  it('is offered where GitHub may knock, and nowhere else, and leads to its execution', async () => {
    const other = makeWorkflow({ name: 'Refund triage' });
    const webhooks = [
      makeWebhook({ workflow_id: workflow.id, auth_type: 'github' }),
      makeWebhook({ workflow_id: other.id, auth_type: 'signature' }),
    ];
    const world = serve({ workflows: [workflow, other], webhooks });
    const { user } = open('/workflows');

    await user.click(await screen.findByRole('button', { name: 'Send the demo delivery' }));

    await waitFor(() =>
      expect(location.pathname).toBe(`/executions/${world.executions[0]?.id ?? ''}`),
    );
    expect(world.sent.map(({ path }) => path)).toEqual([
      `/api/v1/webhooks/${webhooks[0]!.id}/sample-delivery`,
    ]);
  });
});
