import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { SchemaApiKeyInRequest, SchemaApiKeyOut } from '@/generated/api';
import { makeApiKey } from '@/testing/api-key-makers';
import { ago, makeMe } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ApiKeysPage from './components/api-keys-page';

const SECRET = `gx_abcdefghijkl_${'5'.repeat(64)}`;

/** A server that keeps these keys; what it was asked for stands in `made`. */
function open(keys: SchemaApiKeyOut[], permissions = ['workflow.read', 'execution.read']) {
  serve({ me: makeMe({ permissions }) });
  const made: SchemaApiKeyInRequest[] = [];
  let kept = keys;
  server.use(
    http.get('*/api/v1/api-keys', () =>
      HttpResponse.json({ results: kept, next: null, previous: null }),
    ),
    http.post('*/api/v1/api-keys', async ({ request }) => {
      const wanted = (await request.json()) as SchemaApiKeyInRequest;
      made.push(wanted);
      const row = makeApiKey({ id: 'key-2', name: wanted.name, scopes: wanted.scopes });
      kept = [row, ...kept];
      return HttpResponse.json({ ...row, secret: SECRET }, { status: 201 });
    }),
    http.delete('*/api/v1/api-keys/:id', ({ params }) => {
      kept = kept.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/api/v1/service-accounts', () =>
      HttpResponse.json({
        results: [{ id: 'bot-1', name: 'CI', role: 'editor', created_at: ago(60) }],
        next: null,
        previous: null,
      }),
    ),
  );
  return { made, ...renderAt('/api-keys', <ApiKeysPage />) };
}

describe('the page of API keys', () => {
  it('tells of each what it may, whose it is, its last use and its end', async () => {
    open([
      makeApiKey({ last_used_at: ago(3600), last_used_ip: '10.0.0.9', expires_at: ago(-7300) }),
      makeApiKey({ id: 'key-3', name: 'old', service_account: 'CI', expires_at: ago(60) }),
    ]);

    const row = within((await screen.findByText('deploy')).closest('li')!);
    expect(row.getByText('gx_abcdefghijkl_…')).toBeVisible();
    expect(row.getByText('workflow.read')).toBeVisible();
    expect(row.getByText('ada@example.com')).toBeVisible();
    expect(row.getByText(/10\.0\.0\.9/)).toHaveTextContent('Used 1 hr. ago · 10.0.0.9');
    expect(row.getByText(/^Expires/)).toHaveTextContent('Expires in 2 hr.');
    const old = within(screen.getByText('old').closest('li')!);
    expect(old.getByText('CI')).toBeVisible();
    expect(old.getByText('Not used yet')).toBeVisible();
    expect(old.getByText('Expired')).toBeVisible();
  });

  it('shows a new key once, and makes it with what was ticked', async () => {
    const { user, made } = open([]);

    await user.click((await screen.findAllByRole('button', { name: 'New API key' }))[0]!);
    await user.type(await screen.findByLabelText('Name'), ' deploy ');
    await user.click(await screen.findByRole('checkbox', { name: 'workflow.read' }));
    await user.selectOptions(screen.getByLabelText('Expires after'), 'Never expires');
    await user.click(screen.getByRole('button', { name: 'Create key' }));

    expect(await screen.findByText(SECRET)).toBeVisible();
    expect(made).toEqual([
      { name: 'deploy', scopes: ['workflow.read'], expires_at: null, service_account: null },
    ]);
    await user.click(screen.getByRole('button', { name: 'I have kept it' }));
    expect(screen.queryByText(SECRET)).not.toBeInTheDocument();
    expect(await screen.findByText('deploy')).toBeVisible();
  });

  it('says beside each field what is missing, and sends nothing before it is there', async () => {
    const { user, made } = open([]);

    await user.click((await screen.findAllByRole('button', { name: 'New API key' }))[0]!);
    await user.click(await screen.findByRole('button', { name: 'Create key' }));

    expect(await screen.findByText('Say what it is for.')).toBeVisible();
    expect(screen.getByText('Tick at least one.')).toBeVisible();
    await user.type(screen.getByLabelText('Name'), 'deploy');
    await user.click(screen.getByRole('button', { name: 'Create key' }));
    expect(screen.queryByText('Say what it is for.')).not.toBeInTheDocument();
    expect(screen.getByText('Tick at least one.')).toBeVisible();
    expect(made).toEqual([]);
  });

  it('names beside the scopes what the server refuses of them', async () => {
    const { user } = open([]);
    const errors = [{ path: '/scopes', code: 'grant_too_wide', message: 'You hold less.' }];
    server.use(
      http.post('*/api/v1/api-keys', () => problem(422, 'invalid', 'Something is wrong.', errors)),
    );

    await user.click((await screen.findAllByRole('button', { name: 'New API key' }))[0]!);
    await user.type(await screen.findByLabelText('Name'), 'deploy');
    await user.click(await screen.findByRole('checkbox', { name: 'workflow.read' }));
    await user.click(screen.getByRole('button', { name: 'Create key' }));

    expect(await screen.findByText('You hold less.')).toBeVisible();
  });

  it('offers keys of service accounts to whoever manages keys, and to nobody else', async () => {
    const { user, made } = open([], ['workflow.read', 'api_key.manage']);

    await user.click((await screen.findAllByRole('button', { name: 'New API key' }))[0]!);
    await user.type(await screen.findByLabelText('Name'), 'deploy');
    await user.selectOptions(await screen.findByLabelText('Whose key'), 'CI');
    await user.click(screen.getByRole('checkbox', { name: 'workflow.read' }));
    await user.click(screen.getByRole('button', { name: 'Create key' }));

    expect(await screen.findByText(SECRET)).toBeVisible();
    expect(made.map((each) => each.service_account)).toEqual(['bot-1']);
  });

  it('asks before a key is ended', async () => {
    const { user } = open([makeApiKey()]);

    await user.click(await screen.findByRole('button', { name: 'Revoke deploy' }));
    await user.click(await screen.findByRole('button', { name: 'Revoke' }));

    expect(await screen.findByText('No API key yet')).toBeVisible();
  });
});
