import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { SchemaServiceAccountInRequest, SchemaServiceAccountOut } from '@/generated/api';
import { ago, makeMe } from '@/testing/makers';
import { ALL, makePeople, makeRole } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import ServiceAccountsPage from './components/service-accounts-page';

function makeAccount(overrides: Partial<SchemaServiceAccountOut> = {}): SchemaServiceAccountOut {
  return {
    id: 'bot-1',
    name: 'Deploys',
    role: 'editor',
    roles: [],
    keys: 2,
    last_used_at: ago(120),
    created_at: ago(3600),
    ...overrides,
  };
}

const namedOf = (ids: readonly string[] = []) =>
  ids.map((id) => ({ id, name: 'Releaser', granted_by: 'me', granted_at: ago(0) }));

function open(accounts: SchemaServiceAccountOut[], more: Partial<World> = {}) {
  const me = makeMe({ permissions: ['workflow.read', 'api_key.manage'] });
  serve({ me, ...more });
  let kept = accounts;
  server.use(
    http.get('*/api/v1/service-accounts', () =>
      HttpResponse.json({ results: kept, next: null, previous: null }),
    ),
    http.post('*/api/v1/service-accounts', async ({ request }) => {
      const wanted = (await request.json()) as SchemaServiceAccountInRequest;
      if (wanted.role === 'admin')
        return problem(403, 'role_too_wide', 'This role gives more than you hold.');
      const roles = namedOf(wanted.roles);
      const row = makeAccount({ id: 'bot-2', keys: 0, last_used_at: null, ...wanted, roles });
      kept = [row, ...kept];
      return HttpResponse.json(row, { status: 201 });
    }),
    http.patch('*/api/v1/service-accounts/:id', async ({ params, request }) => {
      const wanted = (await request.json()) as SchemaServiceAccountInRequest;
      const roles = namedOf(wanted.roles);
      kept = kept.map((each) => (each.id === params.id ? { ...each, ...wanted, roles } : each));
      return HttpResponse.json(kept.find(({ id }) => id === params.id));
    }),
    http.delete('*/api/v1/service-accounts/:id', ({ params }) => {
      kept = kept.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return renderAt('/service-accounts', <ServiceAccountsPage />);
}

describe('service accounts', () => {
  it('tells the role, the keys that work and the last use of each', async () => {
    open([
      makeAccount(),
      makeAccount({ id: 'bot-2', name: 'Idle', role: 'viewer', keys: 1, last_used_at: null }),
    ]);

    const rows = within(await screen.findByRole('list', { name: 'Service accounts' }));
    const [deploys, idle] = rows.getAllByRole('listitem');
    expect(deploys).toHaveTextContent(/^DeploysEditor2 keys · Used 2 min\. ago/);
    expect(idle).toHaveTextContent(/^IdleViewer1 key · Not used yet/);
  });

  it('makes one, and says what the server refuses', async () => {
    const { user } = open([]);
    await user.click((await screen.findAllByRole('button', { name: 'New service account' }))[0]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'New service account' }));
    await user.type(dialog.getByLabelText('Name'), 'Nightly');

    await user.selectOptions(dialog.getByLabelText('Role'), 'admin');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent('more than you hold');
    await user.selectOptions(dialog.getByLabelText('Role'), 'operator');
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    expect(await screen.findByText('Nightly')).toBeVisible();
    expect(screen.getByText('Operator')).toBeVisible();
  });

  it('gives another role', async () => {
    const { user } = open([makeAccount()]);
    await user.click(await screen.findByRole('button', { name: 'Change Deploys' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change Deploys' }));

    expect(dialog.getByLabelText('Role')).toHaveValue('editor');
    await user.selectOptions(dialog.getByLabelText('Role'), 'viewer');
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.getByRole('listitem')).toHaveTextContent(/^DeploysViewer/));
  });

  it('gives roles of the tenant’s own to whom they may be seen', async () => {
    const releaser = makeRole();
    const { user } = open([makeAccount()], {
      me: makeMe({ permissions: ALL }),
      people: makePeople({ roles: [releaser] }),
    });
    await user.click(await screen.findByRole('button', { name: 'Change Deploys' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change Deploys' }));

    await user.click(await dialog.findByRole('checkbox', { name: 'Releaser' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.getByRole('listitem')).toHaveTextContent('Releaser'));
  });

  it('says nothing of what nobody touched: somebody else may have changed it meanwhile', async () => {
    const sent: unknown[] = [];
    const { user } = open([makeAccount({ roles: namedOf(['role-1']) })], {
      me: makeMe({ permissions: ALL }),
      people: makePeople({ roles: [makeRole({ id: 'role-1' })] }),
    });
    server.events.on('request:start', ({ request }) => {
      if (request.method === 'PATCH')
        void request
          .clone()
          .json()
          .then((body) => sent.push(body));
    });
    await user.click(await screen.findByRole('button', { name: 'Change Deploys' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change Deploys' }));
    await dialog.findByRole('checkbox', { name: 'Releaser' });
    await user.clear(dialog.getByLabelText('Name'));
    await user.type(dialog.getByLabelText('Name'), 'Ships');
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(sent).toEqual([{ name: 'Ships' }]));
    server.events.removeAllListeners();
  });

  it('makes a key for one without asking whose', async () => {
    const { user } = open([makeAccount({ id: 'bot-0', name: 'Idle' }), makeAccount()]);
    await user.click(await screen.findByRole('button', { name: 'New key for Deploys' }));

    await waitFor(() => expect(screen.getByLabelText('Whose key')).toHaveValue('bot-1'));
  });

  it('disables one after asking', async () => {
    const { user } = open([makeAccount()]);
    await user.click(await screen.findByRole('button', { name: 'Disable Deploys' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Disable “Deploys”?' }));
    await user.click(dialog.getByRole('button', { name: 'Disable' }));

    expect(await screen.findByText('No service account yet')).toBeVisible();
  });
});
