import { act, render, screen, waitFor } from '@testing-library/react';
import i18next from 'i18next';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setUpMessages } from '@/i18n/setup';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { accountHandlers, makeAccountWorld } from '@/testing/account-handlers';
import { makeApiKey } from '@/testing/api-key-makers';
import { makeConnection, makeCredential } from '@/testing/credential-makers';
import {
  ago,
  makeExecution,
  makeMe,
  makeMember,
  makeTenant,
  makeWebhook,
  makeWorkflow,
} from '@/testing/makers';
import {
  ALL,
  makeEntry,
  makeInvitation,
  makePeople,
  makeRole,
  makeSso,
  makeStream,
} from '@/testing/people-world';
import { serve, server } from '@/testing/server';
import { App } from './app';

beforeEach(async () => {
  vi.spyOn(leave, 'to').mockImplementation(() => undefined);
  Object.assign(facts, {
    is_public_host: false,
    public_url: 'http://localhost:8000',
    tenant: { slug: 'demo', name: 'Demo' },
  });
  await setUpMessages('en-XA');
});

afterEach(async () => {
  facts.is_public_host = false;
  await setUpMessages('en');
});

function open(path: string) {
  history.replaceState(null, '', path);
  return render(<App />);
}

/** What people, clocks and programs have written is not ours to translate. */
const THEIRS = new Set([
  'Demo',
  'AK',
  'Ada Kovač',
  'Deploy on push',
  'Ctrl',
  'K',
  '/',
  'gorax',
  'GitHub push',
  'Is it main?',
  'Tell the receiver',
  'Answer deployed',
  'Answer ignored',
  'Webhook',
  'Bearer token',
  'Respond',
  'HTTP',
  'true',
  'false',
  'ada@example.com',
  'workflow.read',
  'Laptop',
  'demo',
]);
const WRITTEN =
  /ago|now|^in \d|^manage\.py|localhost|^Http$|^[\d.]+ m?s$|http|POST|^[0-9a-f]{8}$|GORAX|trigger\.|127\.0|^gx_|^ · |^[A-Z0-9 ]+$/;

/** The words of a page that no message holds. */
function bare(container: HTMLElement): string[] {
  const texts: string[] = [];
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    // What other tests have announced is still on its way out.
    const isToast = walker.currentNode.parentElement?.closest('[data-sonner-toaster]') !== null;
    if (!isToast) texts.push(walker.currentNode.textContent ?? '');
  }
  return texts
    .filter((text) => /[A-Za-z]{3}/.test(text) && !text.includes('[!!!'))
    .filter((text) => !THEIRS.has(text.trim()) && !WRITTEN.test(text));
}

const workflow = makeWorkflow({ name: 'Deploy on push' });
const program = {
  id: 'bot',
  name: 'Deploy on push',
  role: 'editor',
  roles: [],
  keys: 1,
  last_used_at: ago(60),
  created_at: ago(600),
};

describe('the pseudo-locale', () => {
  it.each([
    '/workflows',
    '/executions',
    '/credentials',
    '/api-keys',
    '/service-accounts',
    `/workflows/${workflow.id}`,
  ])('leaves no word of %s untranslated', async (path) => {
    const { permissions } = makeMe();
    serve({
      me: makeMe({ permissions: [...permissions, 'api_key.manage'] }),
      workflows: [workflow],
      executions: [makeExecution({ workflow_id: workflow.id })],
      webhooks: [makeWebhook({ workflow_id: workflow.id })],
      credentials: [makeCredential({ name: 'Deploy on push' })],
    });
    const keys = [
      makeApiKey({ name: 'Deploy on push', last_used_at: ago(60), last_used_ip: '127.0.0.1' }),
      makeApiKey({ id: 'key-2', name: 'Deploy on push', expires_at: ago(60) }),
    ];
    server.use(
      http.get('*/api/v1/api-keys', () =>
        HttpResponse.json({ results: keys, next: null, previous: null }),
      ),
      http.get('*/api/v1/service-accounts', () =>
        HttpResponse.json({ results: [program], next: null, previous: null }),
      ),
    );
    const { container } = open(path);
    await waitFor(() => expect(screen.getAllByText('Deploy on push')[0]).toBeVisible());

    await act(() => i18next.reloadResources());
    // Parts that come later bring their words later, too.
    await waitFor(() => expect(bare(container)).toEqual([]));
  });

  it.each([
    '/members',
    '/roles',
    '/audit',
    '/audit/retention',
    '/streams',
    '/settings',
    '/sso',
    '/connections',
  ])('leaves no word of %s untranslated', async (path) => {
    const mine = { name: 'Deploy on push', description: '' };
    serve({
      me: makeMe({ permissions: ALL }),
      members: [
        makeMember({ name: 'Deploy on push', email: 'ada@example.com', joined_at: ago(60) }),
      ],
      credentials: [makeCredential({ ...mine, type: 'oauth2', connection: makeConnection() })],
      people: makePeople({
        roles: [makeRole(mine)],
        entries: [makeEntry({ action: 'http', hash: 'http' })],
        invitations: [makeInvitation({ email: 'ada@example.com' })],
        streams: [makeStream({ name: 'Deploy on push', url: 'http://127.0.0.1' })],
        connections: [makeSso({ name: 'Deploy on push', issuer: 'http://127.0.0.1' })],
      }),
    });
    const { container } = open(path);
    await waitFor(() => expect(container.querySelectorAll('main h1, main h2')).not.toHaveLength(0));
    await waitFor(() => expect(container.querySelector('main .skeleton')).toBeNull());

    await act(() => i18next.reloadResources());
    // Parts that come later bring their words later, too.
    await waitFor(() => expect(bare(container)).toEqual([]));
  });

  it('leaves no word of /account untranslated', async () => {
    facts.is_public_host = true;
    const world = makeAccountWorld({
      sessions: [
        {
          id: 's',
          user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0',
          ip: '127.0.0.1',
          created_at: ago(600),
          last_used_at: ago(60),
          is_current: true,
          tenants: ['demo'],
        },
      ],
    });
    world.account.passkeys = [
      { id: 'p', name: 'Laptop', created_at: ago(60), last_used_at: ago(60) },
    ];
    const tenants = [
      makeTenant(),
      makeTenant({ slug: 'gone', name: 'gorax', status: 'leaving', gone_after: ago(-60) }),
    ];
    serve({ tenants });
    server.use(...accountHandlers(world));
    const { container } = open('/account');
    await screen.findByText('Laptop');
    await screen.findByText('gorax', { selector: 'li *' });
    await screen.findByText(/127\.0\.0\.1/);

    await act(() => i18next.reloadResources());
    // Parts that come later bring their words later, too.
    await waitFor(() => expect(bare(container)).toEqual([]));
  });
});
