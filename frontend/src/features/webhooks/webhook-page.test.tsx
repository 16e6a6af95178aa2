import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ago, makeMe, makeWebhook, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { makeEvent } from '@/testing/trigger-makers';
import { problem, type World } from '@/testing/world';
import WebhookPage from './components/webhook-page';

const workflow = makeWorkflow({ name: 'Deploy on push' });
const make = (more = {}) => makeWebhook({ workflow_id: workflow.id, ...more });

function open(webhook: ReturnType<typeof makeWebhook>, world: Partial<World> = {}, query = '') {
  const served = serve({ workflows: [workflow], webhooks: [webhook], ...world });
  const drawn = renderAt(
    `/webhook/${webhook.id}${query}`,
    <Routes>
      <Route path="/webhook/:id" element={<WebhookPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );
  return { ...drawn, world: served };
}

const eventsOf = (webhook: { id: string }, count: number, more = {}) =>
  Array.from({ length: count }, () => makeEvent({ webhook_id: webhook.id, ...more })).reverse();

const list = () => within(screen.getByRole('list', { name: 'Events' }));

describe('the page of a webhook', () => {
  it('tells its address, how a sender proves itself, and code without the secret', async () => {
    const webhook = make({
      auth_type: 'api_key',
      methods: ['PUT', 'POST'],
      config: { key_header: 'x-our-key', allowed_ips: ['10.0.0.0/8'], mode: 'sync', timeout_s: 9 },
      secrets: [
        { id: 's1', created_at: ago(7_200), expires_at: null },
        { id: 's0', created_at: ago(90_000), expires_at: ago(-7_300) },
      ],
    });
    const { user } = open(webhook);

    const address = within(await screen.findByRole('region', { name: 'Address' }));
    expect(address.getByText(webhook.url)).toBeVisible();
    expect(address.getByText('Takes PUT, POST')).toBeVisible();
    expect(address.getByText(/at most 9 s/)).toBeVisible();
    expect(address.getByText('Only from 10.0.0.0/8')).toBeVisible();
    const verification = screen.getByRole('region', { name: 'Verification' });
    expect(verification).toHaveTextContent('Secret made 2 hr. ago');
    expect(verification).toHaveTextContent('The one before ends in 2 hr.');
    await user.click(screen.getByRole('button', { name: 'Python' }));
    const code = screen.getByRole('region', { name: 'Send to it' });
    expect(code).toHaveTextContent('"x-our-key": secret');
    expect(code).toHaveTextContent('method="PUT"');
  });

  it('is paused and let go again', async () => {
    const webhook = make();
    const { user, world } = open(webhook);

    await user.click(await screen.findByRole('button', { name: 'Pause' }));

    expect(await screen.findByText('Paused')).toBeVisible();
    expect(world.sent.at(-1)?.body).toEqual({ is_paused: true });
    expect(screen.getByRole('button', { name: 'Send a test event' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await user.click(await screen.findByRole('button', { name: 'Let it listen' }));
    expect(await screen.findByText('Listening')).toBeVisible();
  });

  it('shows who may only look why nothing can be changed', async () => {
    const me = makeMe({ permissions: ['webhook.read'] });
    open(make(), { me });

    const rotate = await screen.findByRole('button', { name: 'Make a secret' });
    expect(rotate).toHaveAttribute('aria-disabled', 'true');
    expect(rotate).toHaveAttribute('title', 'Your role may not change webhooks.');
    expect(screen.getByRole('button', { name: 'Send a test event' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('says what is not there', async () => {
    serve({});
    renderAt(
      '/webhook/none',
      <Routes>
        <Route path="/webhook/:id" element={<WebhookPage />} />
      </Routes>,
    );

    expect(await screen.findByText('Nothing is here')).toBeVisible();
  });
});

describe('the secret of a webhook', () => {
  it('is replaced by a random one, and shown this once', async () => {
    const secrets = [{ id: 's', created_at: ago(60), expires_at: null }];
    const { user, world } = open(make({ secrets }));

    await user.click(await screen.findByRole('button', { name: 'Replace the secret' }));
    await user.selectOptions(
      await screen.findByLabelText('The secret before stays good for'),
      'An hour',
    );
    await user.click(screen.getByRole('button', { name: 'Replace it' }));

    expect(await screen.findByText('whsec_5b1f0c7e4a9d4c0b8f2e6d3a')).toBeVisible();
    expect(world.sent.at(-1)?.body).toEqual({ overlap_s: 3_600 });
    await user.click(screen.getByRole('button', { name: 'I have kept it' }));
    expect(screen.queryByText('whsec_5b1f0c7e4a9d4c0b8f2e6d3a')).not.toBeInTheDocument();
  });

  it('may be the provider’s, and the server says what is wrong with it', async () => {
    const webhook = make();
    const { user, world } = open(webhook);
    await user.click(await screen.findByRole('button', { name: 'Make a secret' }));
    await user.click(await screen.findByRole('button', { name: 'Use the provider’s' }));
    server.use(
      http.post(
        '*/regenerate-secret',
        () =>
          problem(422, 'secret_invalid', 'Too short.', [
            { path: '/secret', code: 'min_length', message: 'A secret has 8 characters.' },
          ]),
        { once: true },
      ),
    );

    await user.type(screen.getByLabelText('Secret'), 'short');
    await user.click(screen.getByRole('button', { name: 'Make it' }));
    expect(await screen.findByText('A secret has 8 characters.')).toBeVisible();
    await user.type(screen.getByLabelText('Secret'), '-no-more');
    await user.click(screen.getByRole('button', { name: 'Make it' }));

    await screen.findByText('The new secret, shown this once');
    expect(world.sent.at(-1)?.body).toEqual({ secret: 'short-no-more' });
  });
});

describe('what arrived', () => {
  it('is filtered by status in the address, and goes on where the page ends', async () => {
    const webhook = make();
    const events = [
      ...eventsOf(webhook, 52),
      ...eventsOf(webhook, 3, { status: 'filtered', execution_id: null }),
    ];
    const { user, address } = open(webhook, { events });
    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(50));

    await user.click(screen.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(55));
    await user.click(screen.getByRole('button', { name: 'Status: Any status' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Filtered' }));

    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(3));
    expect(address()).toBe(`/webhook/${webhook.id}?status=filtered`);
    expect(screen.getByRole('link', { name: 'Export as CSV' })).toHaveAttribute(
      'href',
      `/api/v1/webhooks/${webhook.id}/events/export?status=filtered`,
    );
  });

  it('opens with body, headers and its execution, and is replayed from there', async () => {
    const webhook = make();
    const [event] = eventsOf(webhook, 1);
    const { user, address } = open(webhook, { events: [event!] }, `?event=${event!.id}`);

    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText('"refs/heads/main"')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Headers' }));
    expect(dialog.getByText('"push"')).toBeVisible();
    expect(dialog.getByRole('link', { name: 'See its execution' })).toHaveAttribute(
      'href',
      `/executions/${event!.execution_id ?? ''}`,
    );
    await user.click(dialog.getByRole('button', { name: 'Replay' }));

    await waitFor(() => expect(address()).toMatch(/^\/executions\//));
  });

  it('is replayed with what was changed and nothing else', async () => {
    const webhook = make();
    const [event] = eventsOf(webhook, 1);
    const { user, world, address } = open(webhook, { events: [event!] }, `?event=${event!.id}`);
    await user.click(await screen.findByRole('button', { name: 'Edit and replay' }));

    const field = screen.getByLabelText('Body');
    await user.clear(field);
    await user.type(field, '{{"ref": 1');
    expect(screen.getByRole('button', { name: 'Replay' })).toBeDisabled();
    await user.type(field, '}');
    await user.click(screen.getByRole('button', { name: 'Replay' }));

    await waitFor(() => expect(address()).toMatch(/^\/executions\//));
    expect(world.sent.at(-1)?.body).toEqual({ body: { ref: 1 } });
  });

  it('is chosen by keys and replayed in the order in which it arrived', async () => {
    const webhook = make();
    const events = eventsOf(webhook, 3);
    const { user, world } = open(webhook, { events });
    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(3));

    await user.keyboard('jxjx');
    expect(screen.getByText('2 chosen')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    await user.click(
      within(await screen.findByRole('dialog')).getByRole('button', { name: 'Replay' }),
    );

    expect(await screen.findByText('2 of 2 · 2 started')).toBeVisible();
    const replayed = world.sent.filter(({ path }) => path.endsWith('/replay'));
    expect(replayed.map(({ path }) => path.split('/')[4])).toEqual([events[1]!.id, events[0]!.id]);
  });

  it('goes on with the replay that failed, under the same key', async () => {
    const webhook = make();
    const { user, world } = open(webhook, { events: eventsOf(webhook, 2) });
    await user.click(await screen.findByRole('checkbox', { name: 'Choose all that are shown' }));
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    const dialog = within(await screen.findByRole('dialog'));
    let calls = 0;
    server.use(
      http.post('*/replay', ({ request }) => {
        calls += 1;
        if (calls !== 2) return undefined;
        world.sent.push({ path: 'lost', body: null, headers: request.headers });
        return problem(503, 'unavailable', 'Not now.');
      }),
    );

    await user.click(dialog.getByRole('button', { name: 'Replay' }));
    expect(await dialog.findByText('It stopped: Not now.')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Try the rest again' }));

    expect(await dialog.findByText('2 of 2 · 2 started')).toBeVisible();
    const lost = world.sent.find(({ path }) => path === 'lost');
    expect(lost?.headers.get('Idempotency-Key')).toBe(
      world.sent.at(-1)?.headers.get('Idempotency-Key'),
    );
  });

  it('stops with the one under way when it is left', async () => {
    const webhook = make();
    const { user, world } = open(webhook, { events: eventsOf(webhook, 3) });
    await user.click(await screen.findByRole('checkbox', { name: 'Choose all that are shown' }));
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    const dialog = within(await screen.findByRole('dialog'));
    let goOn = (): void => undefined;
    let calls = 0;
    server.use(
      http.post('*/replay', async () => {
        calls += 1;
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return HttpResponse.json({ execution_id: 'e1' }, { status: 202 });
      }),
    );
    await user.click(dialog.getByRole('button', { name: 'Replay' }));
    await waitFor(() => expect(calls).toBe(1));

    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    goOn();

    await expect(waitFor(() => expect(calls).toBe(2), { timeout: 500 })).rejects.toThrow();
    expect(world.sent.filter(({ path }) => path.endsWith('/replay'))).toHaveLength(0);
  });

  it('teaches the next step where there is none', async () => {
    open(make());

    expect(await screen.findByText('Nothing has arrived yet')).toBeVisible();
  });

  it('waits in a pill while it is newer than the list', async () => {
    const webhook = make();
    const first = makeEvent({ webhook_id: webhook.id });
    const second = makeEvent({ webhook_id: webhook.id });
    const { user, world } = open(webhook, { events: [first] });
    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(1));
    world.events.unshift(second);

    await user.click(
      await screen.findByRole('button', { name: 'Show 1 new' }, { timeout: 10_000 }),
    );

    await waitFor(() => expect(list().getAllByRole('listitem')).toHaveLength(2));
  }, 20_000);
});

describe('a test event', () => {
  it('is sent with what was typed, and the answer is shown', async () => {
    const webhook = make({ methods: ['POST', 'PUT'] });
    const { user, world } = open(webhook);
    await user.click(await screen.findByRole('button', { name: 'Send a test event' }));
    const dialog = within(await screen.findByRole('dialog'));

    await user.selectOptions(dialog.getByLabelText('Method'), 'PUT');
    await user.clear(dialog.getByLabelText('Body'));
    await user.type(dialog.getByLabelText('Body'), '{{"n": 1}');
    await user.click(dialog.getByText('Headers and query'));
    await user.type(dialog.getByLabelText('Headers'), 'X-GitHub-Event push');
    expect(dialog.getByText('Line 1 is no header. Write it as Name: value.')).toBeVisible();
    await user.clear(dialog.getByLabelText('Headers'));
    await user.type(dialog.getByLabelText('Headers'), 'X-GitHub-Event: push');
    await user.click(dialog.getByRole('button', { name: 'Send' }));

    expect(await dialog.findByText('The sender is told 202')).toBeVisible();
    expect(dialog.getByRole('link', { name: 'See its execution' })).toBeVisible();
    expect(world.sent.at(-1)?.body).toEqual({
      method: 'PUT',
      query: '',
      headers: { 'X-GitHub-Event': 'push' },
      body: { n: 1 },
    });
  });

  it('begins with what arrived last, on a click', async () => {
    const webhook = make();
    const { user } = open(webhook, { events: eventsOf(webhook, 1) });
    await user.click(await screen.findByRole('button', { name: 'Send a test event' }));

    await user.click(await screen.findByRole('button', { name: 'Fill in what arrived last' }));

    expect(screen.getByLabelText<HTMLTextAreaElement>('Body').value).toContain('refs/heads/main');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Headers').value).toBe(
      'content-type: application/json\nx-github-event: push',
    );
  });

  it('that is refused shows the refusal as the sender would read it', async () => {
    const webhook = make();
    const { user } = open(webhook);
    server.use(
      http.post('*/test-delivery', () =>
        HttpResponse.json({
          status: 403,
          content_type: 'application/problem+json',
          body: { code: 'address_refused' },
          is_whole: true,
          event_id: null,
          execution_id: null,
          status_url: null,
        }),
      ),
    );
    await user.click(await screen.findByRole('button', { name: 'Send a test event' }));
    await user.click(await screen.findByRole('button', { name: 'Send' }));

    expect(await screen.findByText('The sender is told 403')).toBeVisible();
    expect(screen.getByText('"address_refused"')).toBeVisible();
  });

  it('says which part of it the server refuses', async () => {
    const { user } = open(make());
    server.use(
      http.post('*/test-delivery', () =>
        problem(422, 'invalid', 'The request is not acceptable.', [
          { path: '/headers/X-A', code: 'invalid', message: 'A header is one line of text.' },
        ]),
      ),
    );
    await user.click(await screen.findByRole('button', { name: 'Send a test event' }));
    await user.click(await screen.findByRole('button', { name: 'Send' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'headers.X-A A header is one line of text.',
    );
  });

  it('is listened for, and shown as soon as it arrives', async () => {
    const webhook = make();
    const { user, world, address } = open(webhook, { events: eventsOf(webhook, 1) });
    await user.click(await screen.findByRole('button', { name: 'Listen for a test event' }));
    expect(await screen.findByText('Listening for the next event…')).toBeVisible();
    const event = makeEvent({ webhook_id: webhook.id, status: 'filtered', execution_id: null });

    world.events.unshift(event);

    expect(await screen.findByText('It has arrived', undefined, { timeout: 10_000 })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    expect(address()).toBe(`/webhook/${webhook.id}?event=${event.id}`);
  }, 20_000);
});
