import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { describe, expect, it } from 'vitest';
import { ago, makeMe, makeMember } from '@/testing/makers';
import { ALL, HELD, makeEntry, makePeople } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import AuditPage from './components/audit-page';
import RetentionPage from './components/retention-page';

const mina = makeMember({ id: 'mina-id', name: 'Mina', email: 'mina@acme.test' });
const published = makeEntry();
const rotated = makeEntry({
  action: 'credential.rotated',
  category: 'credential',
  actor: { ...published.actor, id: mina.id, email: mina.email },
  target: { kind: 'credential', id: 'c-1', name: 'billing' },
  before: { version: 3, values: { region: 'eu' } },
  after: { version: 4, values: { region: 'eu' } },
});
const refused = makeEntry({
  action: 'session.refused',
  category: 'authentication',
  severity: 'warning',
  outcome: 'failure',
  actor: { ...published.actor, kind: 'anonymous', id: null, email: '' },
  target: { kind: 'user', id: '', name: 'eve@acme.test' },
});

function open(path = '/audit', entries = [published, rotated, refused], permissions = ALL) {
  const world = serve({
    me: makeMe({ permissions }),
    members: [mina],
    people: makePeople({ entries }),
  });
  return { world, ...renderAt(path, <AuditPage />) };
}

const rows = async (): Promise<string[]> =>
  within(await screen.findByRole('list', { name: 'Audit log' }))
    .getAllByRole('button')
    .map((one) => one.textContent);

describe('the audit log', () => {
  it('says what was done, by whom, to what, and what was refused', async () => {
    open();

    expect(await rows()).toEqual(['Workflow published', 'Credential rotated', 'Session refused']);
    expect(screen.getByText('Session refused').closest('li')).toHaveTextContent(
      'Session refusedRefused or failedWarningSomebody unknowneve@acme.test',
    );
  });

  it('narrows by who, what and how; all of it stands in the address', async () => {
    const { user, address } = open();
    await rows();

    await user.selectOptions(await screen.findByLabelText('Who'), 'Mina');
    await waitFor(async () => expect(await rows()).toEqual(['Credential rotated']));
    expect(address()).toBe('/audit?actor=mina-id');
    await user.selectOptions(screen.getByLabelText('Outcome'), 'Refused or failed');
    expect(await screen.findByText('Nothing fits these filters')).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: 'Clear the filters' })[0]!);

    await waitFor(async () => expect(await rows()).toHaveLength(3));
    expect(address()).toBe('/audit');
  });

  it('opens with the filters of its address, and looks for a target while one types', async () => {
    const { user, address } = open('/audit?category=credential');
    expect(await rows()).toEqual(['Credential rotated']);

    await user.type(screen.getByRole('searchbox'), 'zzz');

    expect(await screen.findByText('Nothing fits these filters')).toBeVisible();
    expect(address()).toBe('/audit?category=credential&q=zzz');
  });

  it('asks once what was typed, and lets go of all filters at once', async () => {
    const { user, address } = open('/audit?category=workflow');
    const asked: (string | null)[] = [];
    server.use(
      http.get('*/api/v1/audit', ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('text'));
      }),
    );
    await user.type(await screen.findByRole('searchbox'), 'deploy');
    await waitFor(() => expect(address()).toBe('/audit?category=workflow&q=deploy'));
    await waitFor(() => expect(asked.at(-1)).toBe('deploy'));
    expect(asked.filter((text) => text !== null)).toEqual(['deploy']);

    await user.click(screen.getAllByRole('button', { name: 'Clear the filters' })[0]!);

    expect(address()).toBe('/audit');
    expect(screen.getByRole('searchbox')).toHaveValue('');
  });

  it('shows what changed before and after, and goes on to all about the same thing', async () => {
    const { user, address } = open();
    await user.click(await screen.findByRole('button', { name: /^Show Credential rotated/ }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Credential rotated' }));

    const [, change, ...others] = dialog.getAllByRole('row');
    expect(change).toHaveTextContent('version34');
    expect(others).toEqual([]);
    expect(dialog.getByText(rotated.hash)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Only about this' }));

    await waitFor(() => expect(address()).toBe('/audit?target=c-1&kind=credential'));
  });

  it('exports what the filters leave', async () => {
    const { user } = open('/audit?outcome=failure');
    await rows();
    await user.click(screen.getByRole('button', { name: 'Export' }));

    expect(await screen.findByRole('menuitem', { name: 'Table (CSV)' })).toHaveAttribute(
      'href',
      '/api/v1/audit/export?as=csv&outcome=failure',
    );
    expect(screen.getByRole('menuitem', { name: 'JSON' })).toHaveAttribute(
      'href',
      '/api/v1/audit/export?as=json&outcome=failure',
    );
  });

  it('fetches more by its cursor', async () => {
    const many = Array.from({ length: 60 }, () => makeEntry());
    const { user } = open('/audit', many);
    expect(await rows()).toHaveLength(50);

    await user.click(screen.getByRole('button', { name: 'Load more' }));

    await waitFor(async () => expect(await rows()).toHaveLength(60));
  });

  it('names the permission to who may not read it, and asks the server for nothing', async () => {
    open('/audit', [published], HELD.viewer);

    expect(await screen.findByText(/needs the permission audit\.read/)).toBeVisible();
    expect(screen.queryByText('Workflow published')).toBeNull();
  });
});

describe('how long it is kept', () => {
  it('says the terms, the end of the chain and the archives', async () => {
    const archive = {
      id: 'a',
      first_seq: 1,
      last_seq: 90,
      entries: 90,
      first_at: ago(900),
      last_at: ago(800),
      made_at: ago(700),
      archive_left_at: null,
      bytes: 1_200,
      prev_hash: '0',
      last_hash: '1',
      sha256: '2',
    };
    const people = makePeople({ entries: [published], archives: [archive] });
    serve({ me: makeMe({ permissions: ALL }), people });
    renderAt('/audit/retention', <RetentionPage />);

    expect(await screen.findByText('2,555 days')).toBeVisible();
    expect(await screen.findByText(published.hash)).toBeVisible();
    expect(await screen.findByRole('link', { name: 'Download entries 1 to 90' })).toHaveAttribute(
      'href',
      '/api/v1/audit/archives/a/content',
    );
  });

  it('is held for a reason, and let go by naming it', async () => {
    const world = serve({ me: makeMe({ permissions: ALL }) });
    const { user } = renderAt('/audit/retention', <RetentionPage />);
    await user.click(await screen.findByRole('button', { name: 'Hold everything' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Hold everything' }));
    expect(await dialog.findByText('Say why.')).toBeVisible();
    await user.type(dialog.getByLabelText('Because'), 'Case 4711');
    await user.click(dialog.getByRole('button', { name: 'Hold everything' }));

    await user.click(await screen.findByRole('button', { name: 'Lift the hold' }));
    const asked = within(await screen.findByRole('dialog', { name: 'Lift the hold?' }));
    await user.type(asked.getByLabelText('Write Case 4711 to confirm'), 'Case 4711');
    await user.click(asked.getByRole('button', { name: 'Lift the hold' }));

    await waitFor(() => expect(world.people.retention.hold).toBeNull());
    expect(await screen.findByText(/^No hold/)).toBeVisible();
  });

  it('can be read without being changed', async () => {
    serve({ me: makeMe({ permissions: ['audit.read'] }) });
    renderAt('/audit/retention', <RetentionPage />);

    expect(
      await screen.findByRole('button', { name: 'Hold everything' }),
    ).toHaveAccessibleDescription(/audit\.manage/);
  });
});
