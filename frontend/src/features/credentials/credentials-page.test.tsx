import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeCredential } from '@/testing/credential-makers';
import { ago, makeMe } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import CredentialsPage from './components/credentials-page';
import { localOf } from './form';

const open = (path = '/credentials') => renderAt(path, <CredentialsPage />);

const row = async (name: string) => within((await screen.findByText(name)).closest('li')!);

const viewer = () => makeMe({ role: 'viewer', permissions: ['credential.read'] });

const pick = async (user: ReturnType<typeof open>['user'], name: string, action: string) => {
  await user.click(await screen.findByRole('button', { name: `Actions of ${name}` }));
  await user.click(await screen.findByRole('menuitem', { name: action }));
};

describe('the list of credentials', () => {
  it('tells name, type, purpose, hosts and state of each', async () => {
    serve({
      credentials: [
        makeCredential({
          name: 'acme',
          description: 'Billing',
          allowed_hosts: ['api.acme.com', '*.acme.net'],
        }),
        makeCredential({ name: 'archive', type: 'aws', is_disabled: true, expires_at: ago(60) }),
        makeCredential({ name: 'old', expires_at: ago(60) }),
        makeCredential({ name: 'new', expires_at: ago(-7_300) }),
        makeCredential({ name: 'due', expires_at: ago(-7_300), expires_soon: true }),
      ],
    });
    open();

    const acme = await row('acme');
    expect(await acme.findByText('Bearer token')).toBeVisible();
    expect(acme.getByText('Billing')).toBeVisible();
    expect(acme.getByText('api.acme.com')).toBeVisible();
    expect(acme.getByText('+1')).toBeVisible();
    expect(acme.getByText('Ready')).toBeVisible();
    expect(acme.getByText('1 hr. ago')).toBeVisible();
    const archive = await row('archive');
    expect(archive.getByText('Disabled')).toBeVisible();
    expect(archive.getByText('Any host')).toBeVisible();
    expect((await row('old')).getByText('Expired')).toBeVisible();
    expect((await row('new')).getByText('in 2 hr.')).toBeVisible();
    expect((await row('new')).queryByText('Expires soon')).not.toBeInTheDocument();
    expect((await row('due')).getByText('Expires soon')).toBeVisible();
  });

  it('says what credentials are for where there is none', async () => {
    serve();
    const { user } = open();

    expect(await screen.findByText('No credential yet')).toBeVisible();
    expect(screen.getByText(/^A credential holds a key, a token or a password/)).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: 'New credential' }).at(-1)!);
    expect(await screen.findByRole('dialog', { name: 'New credential' })).toBeVisible();
  });

  it('shows those alone that end soon, and says so where there is none', async () => {
    const due = makeCredential({ name: 'due', expires_at: ago(-7_300), expires_soon: true });
    const world = serve({ credentials: [due, makeCredential({ name: 'acme' })] });
    const { user, address } = open();

    await user.click(await screen.findByRole('button', { name: 'Expires soon' }));

    await waitFor(() => expect(screen.queryByText('acme')).toBeNull());
    expect(screen.getByText('due')).toBeVisible();
    expect(address()).toBe('/credentials?due=1');
    await user.type(screen.getByRole('searchbox'), 'd');
    expect(address()).toBe('/credentials?due=1&q=d');
    await user.clear(screen.getByRole('searchbox'));
    await user.click(screen.getByRole('button', { name: 'Expires soon' }));
    expect(await screen.findByText('acme')).toBeVisible();

    world.credentials = [];
    await user.click(screen.getByRole('button', { name: 'Expires soon' }));
    expect(await screen.findByText('No credential ends within a week')).toBeVisible();
  });

  it('offers nothing that a viewer may not do', async () => {
    serve({ me: viewer(), credentials: [makeCredential({ name: 'acme' })] });
    open();

    await screen.findByText('acme');
    const buttons = screen.getAllByRole('button').map((one) => one.textContent);
    expect(buttons).toEqual(['Expires soon']);
  });

  it('is filtered by name, type and purpose, and walked by J and K', async () => {
    serve({
      credentials: [
        makeCredential({ name: 'one' }),
        makeCredential({ name: 'two', type: 'aws' }),
        makeCredential({ name: 'three', type: 'aws' }),
      ],
    });
    const { user, address } = open();
    await screen.findAllByText('AWS');

    await user.keyboard('/');
    await user.keyboard('aws');
    expect(address()).toBe('/credentials?q=aws');
    expect(screen.queryByRole('button', { name: 'one' })).not.toBeInTheDocument();
    await user.keyboard('{Escape}{Escape}jj');
    expect(screen.getByRole('button', { name: 'two' })).toHaveFocus();

    await user.keyboard('/');
    await user.keyboard('zebra');
    await user.click(screen.getByRole('button', { name: 'Clear the filter' }));
    expect(screen.getByRole('button', { name: 'one' })).toBeVisible();
  });

  it('says what failed, and tries again', async () => {
    serve({ credentials: [makeCredential({ name: 'acme' })] });
    let isBroken = true;
    server.use(
      http.get('*/api/v1/credentials', () =>
        isBroken ? problem(500, 'internal', 'The database is away.') : undefined,
      ),
    );
    const { user } = open();

    expect(await screen.findByText('The database is away.')).toBeVisible();
    isBroken = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('acme')).toBeVisible();
  });
});

describe('a new credential', () => {
  it('asks for what its type has, sends it once and shows it in the list', async () => {
    const world = serve({ credentials: [makeCredential({ name: 'other' })] });
    const { user } = open();
    await screen.findByText('other');

    await user.keyboard('c');
    await user.selectOptions(await screen.findByLabelText('Type'), 'API key');
    expect(screen.getByText('A key in a header or in the query.')).toBeVisible();
    expect(screen.getByLabelText('Key')).toHaveAttribute('type', 'password');
    expect(screen.getByLabelText('Sent in (optional)')).toHaveValue('header');
    expect(screen.getByLabelText('Header (optional)')).toHaveValue('X-API-Key');
    await user.type(screen.getByLabelText('Name'), 'acme');
    await user.type(screen.getByLabelText('Key'), ' k-1 ');
    await user.selectOptions(screen.getByLabelText('Sent in (optional)'), 'query');
    await user.type(screen.getByLabelText('Description (optional)'), 'Billing');
    await user.type(
      screen.getByLabelText('Allowed hosts (optional)'),
      'api.acme.com{Enter}*.acme.net',
    );
    await user.click(screen.getByRole('button', { name: 'Save credential' }));

    expect(await screen.findByText('acme')).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
      [
        '/api/v1/credentials',
        {
          name: 'acme',
          type: 'api_key',
          values: { key: ' k-1 ', location: 'query', name: 'X-API-Key' },
          description: 'Billing',
          allowed_hosts: ['api.acme.com', '*.acme.net'],
          expires_at: null,
        },
      ],
    ]);
  });

  it('sends nothing while what it needs is empty, and says where', async () => {
    const world = serve();
    const { user } = open();
    await screen.findByText('No credential yet');

    await user.keyboard('c');
    await user.type(await screen.findByLabelText('Name'), ' {Enter}');

    expect(screen.getByLabelText('Name')).toHaveAccessibleDescription(/^Fill this in\./);
    expect(screen.getByLabelText('Token')).toHaveAccessibleDescription('Fill this in.');
    expect(world.sent).toEqual([]);
  });

  it('shows each refusal at its field', async () => {
    serve({ credentials: [makeCredential({ name: 'acme' })] });
    const { user } = open();
    await screen.findByText('acme');

    await user.keyboard('c');
    await user.type(await screen.findByLabelText('Name'), 'acme');
    await user.type(screen.getByLabelText('Token'), 't');
    await user.click(screen.getByRole('button', { name: 'Save credential' }));
    expect(await screen.findByText('There is a credential “acme” already.')).toBeVisible();
    expect(screen.getByLabelText('Name')).toBeInvalid();

    const errors = [
      { path: '/values/token', code: 'pattern', message: 'It has two lines.' },
      { path: '/allowed_hosts/0', code: 'host_invalid', message: 'This is no host.' },
    ];
    server.use(
      http.post('*/api/v1/credentials', () =>
        problem(422, 'credential_invalid', 'It has two lines.', errors),
      ),
    );
    await user.click(screen.getByRole('button', { name: 'Save credential' }));
    await waitFor(() =>
      expect(screen.getByLabelText('Token')).toHaveAccessibleDescription('It has two lines.'),
    );
    expect(screen.getByLabelText('Allowed hosts (optional)')).toHaveAccessibleDescription(
      /^This is no host\./,
    );
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('says above the form what belongs to no field', async () => {
    serve();
    server.use(
      http.post('*/api/v1/credentials', () =>
        problem(503, 'kek_missing', 'The installation has no key.'),
      ),
    );
    const { user } = open();
    await screen.findByText('No credential yet');

    await user.keyboard('c');
    await user.type(await screen.findByLabelText('Name'), 'acme');
    await user.type(screen.getByLabelText('Token'), 't{Enter}');

    expect(await screen.findByRole('alert')).toHaveTextContent('The installation has no key.');
  });

  it('keeps the lines of a key that is pasted, hidden until it is asked for', async () => {
    const world = serve();
    const { user } = open();
    await screen.findByText('No credential yet');

    await user.keyboard('c');
    await user.type(await screen.findByLabelText('Name'), 'signing');
    await user.click(screen.getByLabelText('Token'));
    await user.paste('-----BEGIN KEY-----\nabc\n-----END KEY-----\n');
    expect(screen.getByLabelText('Token')).toHaveClass('dots');
    await user.click(screen.getByRole('button', { name: 'Show Token' }));
    expect(screen.getByLabelText('Token')).not.toHaveClass('dots');
    await user.click(screen.getByRole('button', { name: 'Save credential' }));

    await waitFor(() =>
      expect(world.sent[0]?.body).toMatchObject({
        values: { token: '-----BEGIN KEY-----\nabc\n-----END KEY-----\n' },
      }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });
});

describe('a type', () => {
  it('says where its keys come from, and where they may go', async () => {
    const world = serve();
    const { user } = open();
    const [begin] = await screen.findAllByRole('button', { name: 'New credential' });

    await user.click(begin!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'AWS');
    expect(screen.getByRole('link', { name: 'Where its keys come from' })).toHaveAttribute(
      'href',
      'https://docs.aws.amazon.com/keys',
    );
    expect(screen.getByLabelText('Allowed hosts (optional)')).toHaveValue('*.amazonaws.com');
    await user.type(screen.getByLabelText('Name'), 'archive');
    await user.type(screen.getByLabelText('Access key id'), 'AKIA1');
    await user.type(screen.getByLabelText('Secret access key'), 's');
    await user.click(screen.getByRole('button', { name: 'Save credential' }));

    await waitFor(() =>
      expect(world.sent[0]?.body).toMatchObject({ allowed_hosts: ['*.amazonaws.com'] }),
    );
  });

  it('with lines of its own gets an area for them', async () => {
    serve();
    const { user } = open();
    const [begin] = await screen.findAllByRole('button', { name: 'New credential' });

    await user.click(begin!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'SSH key');

    expect(screen.getByLabelText('Private key')).toHaveProperty('tagName', 'TEXTAREA');
    expect(screen.getByLabelText('Private key')).toHaveClass('dots');
  });

  it('of free names takes values as they are called, and replaces or adds them later', async () => {
    const world = serve();
    const { user } = open();
    const [begin] = await screen.findAllByRole('button', { name: 'New credential' });

    await user.click(begin!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'Custom');
    await user.type(screen.getByLabelText('Name'), 'own');
    await user.type(screen.getByLabelText('Name of value 1'), 'pin');
    await user.type(screen.getByLabelText('Value 1'), '1234');
    await user.click(screen.getByRole('button', { name: 'Add a value' }));
    await user.type(screen.getByLabelText('Value 2'), 'of no name');
    await user.click(screen.getByRole('button', { name: 'Save credential' }));
    await pick(user, 'own', 'Replace secrets');
    await user.type(await screen.findByLabelText('pin (optional)'), '5678');
    await user.click(screen.getByRole('button', { name: 'Add a value' }));
    await user.type(screen.getByLabelText('Name of value 1'), 'puk');
    await user.type(screen.getByLabelText('Value 1'), '9');
    await user.click(screen.getByRole('button', { name: 'Replace' }));

    await waitFor(() => expect(world.sent).toHaveLength(2));
    expect(world.sent.map(({ body }) => (body as { values: unknown }).values)).toEqual([
      { pin: '1234' },
      { pin: '5678', puk: '9' },
    ]);
  });
});

describe('the test button', () => {
  it('sends what the form holds, and tells what came of it', async () => {
    const world = serve();
    const { user } = open();
    const [begin] = await screen.findAllByRole('button', { name: 'New credential' });

    await user.click(begin!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'AWS');
    await user.type(screen.getByLabelText('Access key id'), 'AKIA1');
    await user.type(screen.getByLabelText('Secret access key'), 's');
    await user.click(screen.getByRole('button', { name: 'Test' }));

    const outcome = await screen.findByText('It works.');
    expect(outcome.closest('[role=status]')).toHaveTextContent('The other side takes it.');
    expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
      [
        '/api/v1/credentials/test',
        {
          type: 'aws',
          values: { access_key_id: 'AKIA1', secret_access_key: 's' },
          allowed_hosts: ['*.amazonaws.com'],
        },
      ],
    ]);
    expect(screen.getByRole('dialog')).toBeVisible();
  });

  it('tests what is saved, and says what the server refuses', async () => {
    serve({ credentials: [makeCredential({ name: 'acme' })] });
    const { user } = open();

    await user.click(await screen.findByRole('button', { name: 'acme' }));
    await user.click(await screen.findByRole('button', { name: 'Test' }));
    expect(await screen.findByText('It does not work.')).toBeVisible();
    expect(screen.getByText('It answered 401.')).toBeVisible();

    server.use(
      http.post('*/api/v1/credentials/:id/test', () =>
        problem(429, 'rate_limited', 'Too many tests; try again in a moment.'),
      ),
    );
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('Too many tests; try again in a moment.')).toBeVisible();
    expect(screen.queryByText('It does not work.')).not.toBeInTheDocument();
  });

  it('is not there where nobody can be asked', async () => {
    serve();
    const { user } = open();
    const [begin] = await screen.findAllByRole('button', { name: 'New credential' });

    await user.click(begin!);
    await user.selectOptions(await screen.findByLabelText('Type'), 'Custom');

    expect(
      screen.getByText('Only who uses its values knows whether they are right.'),
    ).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Test' })).not.toBeInTheDocument();
  });
});

describe('a credential', () => {
  it('is edited: only what was changed is sent, and no secret is asked for', async () => {
    const aws = makeCredential({
      name: 'archive',
      type: 'aws',
      values: { access_key_id: 'AKIA1' },
      secrets: ['secret_access_key'],
      allowed_hosts: ['s3.example.com'],
      expires_at: '2099-01-02T03:04:05.678Z',
    });
    const world = serve({ credentials: [aws] });
    const { user } = open();

    await user.click(await screen.findByRole('button', { name: 'archive' }));
    const id = await screen.findByLabelText('Access key id');
    expect(screen.queryByLabelText('Secret access key')).not.toBeInTheDocument();
    expect(screen.getByLabelText('Allowed hosts (optional)')).toHaveValue('s3.example.com');
    await user.clear(id);
    await user.type(id, 'AKIA2');
    await user.click(screen.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
      [`/api/v1/credentials/${aws.id}`, { values: { access_key_id: 'AKIA2' } }],
    ]);
  });

  it('that was opened and not changed sends nothing', async () => {
    const world = serve({ credentials: [makeCredential({ name: 'acme' })] });
    const { user } = open();

    await user.click(await screen.findByRole('button', { name: 'acme' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));

    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(world.sent).toEqual([]);
  });

  it('gets new secrets; those that are left empty stay', async () => {
    const aws = makeCredential({
      name: 'archive',
      type: 'aws',
      secrets: ['secret_access_key', 'session_token'],
    });
    const world = serve({ credentials: [aws] });
    const { user } = open();

    await pick(user, 'archive', 'Replace secrets');
    const secret = await screen.findByLabelText('Secret access key');
    expect(secret).toHaveValue('');
    expect(secret).toHaveAttribute('placeholder', 'Set. Leave it empty to keep it');
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    expect(screen.getByRole('alert')).toHaveTextContent('Give at least one new secret.');
    await user.type(secret, 's-2');
    await user.click(screen.getByRole('button', { name: 'Replace' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
      [
        `/api/v1/credentials/${aws.id}/rotate`,
        { values: { secret_access_key: 's-2' }, expires_at: null },
      ],
    ]);
  });

  it('is disabled and enabled again', async () => {
    const world = serve({ credentials: [makeCredential({ name: 'acme' })] });
    const { user } = open();

    await pick(user, 'acme', 'Disable');
    expect(await screen.findByText('Disabled')).toBeVisible();
    await pick(user, 'acme', 'Enable');
    expect(await screen.findByText('Ready')).toBeVisible();
    expect(world.sent.map(({ body }) => body)).toEqual([
      { is_disabled: true },
      { is_disabled: false },
    ]);
  });

  it('is deleted after one question', async () => {
    const world = serve({ credentials: [makeCredential({ name: 'acme' })] });
    const { user } = open();

    await pick(user, 'acme', 'Delete');
    await user.click(await screen.findByRole('button', { name: 'Delete' }));

    expect(await screen.findByText('No credential yet')).toBeVisible();
    expect(world.credentials).toEqual([]);
  });

  it('that workflows use is deleted only after they were named', async () => {
    const world = serve({ credentials: [makeCredential({ name: 'acme' })] });
    server.use(
      http.delete('*/api/v1/credentials/:id', ({ request }) => {
        if (new URL(request.url).searchParams.get('force') === 'true') return undefined;
        const errors = [{ path: '/workflows/w1', code: 'uses_it', message: 'Orders' }];
        return problem(409, 'credential_in_use', 'Published workflows use it.', errors);
      }),
    );
    const { user } = open();

    await pick(user, 'acme', 'Delete');
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    expect(await screen.findByRole('link', { name: 'Orders' })).toHaveAttribute(
      'href',
      '/workflows/w1',
    );
    expect(world.credentials).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Delete all the same' }));

    await waitFor(() => expect(world.credentials).toEqual([]));
  });
});

it('an instant survives the way through a field of the person’s own zone', () => {
  const local = localOf('2030-06-01T12:34:56Z');

  expect(local).toMatch(/^2030-06-0[12]T\d\d:34$/);
  expect(new Date(local).toISOString()).toBe('2030-06-01T12:34:00.000Z');
});
