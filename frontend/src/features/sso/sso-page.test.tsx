import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ago, makeMe } from '@/testing/makers';
import { ALL, HELD, makePeople, makeSso } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import SsoPage from './components/sso-page';

function open(connections = [makeSso()], permissions = ALL) {
  const world = serve({ me: makeMe({ permissions }), people: makePeople({ connections }) });
  return { world, ...renderAt('/sso', <SsoPage />) };
}

const card = async () => within(await screen.findByRole('region', { name: 'Acme Okta' }));

describe('single sign-on', () => {
  it('is begun from nothing: checks the form, shows what the server refuses, tells the addresses', async () => {
    const { user, world } = open([]);
    await user.click((await screen.findAllByRole('button', { name: 'New connection' }))[0]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'New connection' }));
    const send = (): Promise<void> =>
      user.click(dialog.getByRole('button', { name: 'Make the connection' }));

    await send();
    expect(await dialog.findByText('Give it a name.')).toBeVisible();
    expect(dialog.getByText('It begins with https://.')).toBeVisible();
    await user.type(dialog.getByLabelText('Name'), 'Acme Okta');
    const issuer = dialog.getByLabelText('Issuer');
    await user.type(issuer, 'https://login.example.com/common');
    await user.type(dialog.getByLabelText('Client id'), 'abc');
    await user.type(dialog.getByLabelText('Client secret'), 's3cret');
    await send();
    expect(await dialog.findByText(/it says that it is another one/)).toBeVisible();
    await user.clear(issuer);
    await user.type(issuer, 'https://acme.okta.com');
    await send();

    expect(await (await card()).findByText(/\/callback$/)).toBeVisible();
    expect(world.sent.at(-1)!.body).toEqual({
      name: 'Acme Okta',
      issuer: 'https://acme.okta.com',
      client_id: 'abc',
      client_secret: 's3cret',
      scopes: ['email', 'profile'],
      email_claim: 'email',
      name_claim: 'name',
      session_hours: 12,
    });
  });

  it('is changed without its secret, which stays', async () => {
    const { user, world } = open();
    await user.click((await card()).getByRole('button', { name: 'Change' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Change “Acme Okta”' }));

    await user.clear(dialog.getByLabelText('Hours a session lasts'));
    await user.type(dialog.getByLabelText('Hours a session lasts'), '400');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('From 1 to 336.')).toBeVisible();
    await user.clear(dialog.getByLabelText('Hours a session lasts'));
    await user.type(dialog.getByLabelText('Hours a session lasts'), '8');
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.sent.at(-1)!.body).toMatchObject({ session_hours: 8 });
    expect(world.sent.at(-1)!.body).not.toHaveProperty('client_secret');
  });

  it('asks the provider, and says what it said', async () => {
    const { user, unmount } = open();
    await user.click((await card()).getByRole('button', { name: 'Ask the provider' }));
    expect(await (await card()).findByRole('status')).toHaveTextContent(
      'People can sign in there, as far as can be seen from here. 2 keysIt offers no way to sign out there.',
    );
    unmount();

    const other = open([makeSso({ issuer: 'https://away.example.com' })]);
    await other.user.click((await card()).getByRole('button', { name: 'Ask the provider' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('does not answer');
  });

  it('proves a domain by its record', async () => {
    const { user } = open();
    const okta = await card();
    await user.type(okta.getByLabelText('Domain'), 'nothing');
    await user.click(okta.getByRole('button', { name: 'Add' }));
    expect(await okta.findByText('Write a domain, such as acme.com.')).toBeVisible();
    await user.clear(okta.getByLabelText('Domain'));
    await user.type(okta.getByLabelText('Domain'), 'acme.com');
    await user.click(okta.getByRole('button', { name: 'Add' }));

    expect(await okta.findByText('_gorax-challenge.acme.com')).toBeVisible();
    await user.click(okta.getByRole('button', { name: 'Check the record' }));
    expect(await okta.findByText('Proven')).toBeVisible();
    await user.click(okta.getByRole('button', { name: 'Remove acme.com' }));

    expect(await okta.findByText('No domain yet.')).toBeVisible();
  });

  it('says that a record is not there yet', async () => {
    const { user } = open();
    const okta = await card();
    await user.type(okta.getByLabelText('Domain'), 'acme.org');
    await user.click(okta.getByRole('button', { name: 'Add' }));
    await user.click(await okta.findByRole('button', { name: 'Check the record' }));

    expect(await okta.findByRole('alert')).toHaveTextContent('No TXT record');
  });

  it('turns claims into roles, and makes nobody an owner', async () => {
    const { user, world } = open();
    const okta = await card();
    await user.click(okta.getByRole('button', { name: 'Add a rule' }));
    await user.click(okta.getByRole('button', { name: 'Save the rules' }));
    expect(await okta.findByText('Each rule needs a claim and a value.')).toBeVisible();
    await user.type(okta.getAllByLabelText('Claim')[1]!, 'groups');
    await user.type(okta.getAllByLabelText('Value')[1]!, 'builders');
    await user.selectOptions(okta.getAllByLabelText('Role')[1]!, 'editor');
    await user.click(okta.getByRole('button', { name: 'Remove rule 1' }));
    await user.selectOptions(okta.getByLabelText('Given'), 'always');
    await user.click(okta.getByRole('button', { name: 'Save the rules' }));

    await waitFor(() =>
      expect(world.sent.at(-1)!.body).toEqual({
        role_rules: [{ claim: 'groups', value: 'builders', role: 'editor' }],
        default_role: 'viewer',
        role_sync: 'always',
      }),
    );
    const offered = within(okta.getByLabelText('Everybody else')).getAllByRole('option');
    expect(offered.map(({ textContent }) => textContent)).toEqual([
      'Admin',
      'Editor',
      'Operator',
      'Viewer',
    ]);
  });

  it('refuses passwords only when somebody came in by it and a domain is proven', async () => {
    const { user, world, unmount } = open();
    expect((await card()).getByRole('switch', { name: 'Refuse passwords' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await user.click((await card()).getByRole('switch', { name: 'People can sign in by it' }));
    await waitFor(() => expect(world.people.connections[0]!.is_enabled).toBe(true));
    unmount();

    const domain = { ...world.people.connections[0]!.domains[0]!, verified_at: ago(9) };
    const ready = makeSso({ is_enabled: true, last_sign_in_at: ago(60), domains: [domain] });
    const again = open([ready]);
    await again.user.click((await card()).getByRole('switch', { name: 'Refuse passwords' }));

    expect(await screen.findByText('Enforced')).toBeVisible();
  });

  it('is deleted by its name', async () => {
    const { user } = open();
    await user.click((await card()).getByRole('button', { name: 'Delete' }));
    const asked = within(await screen.findByRole('dialog', { name: 'Delete “Acme Okta”?' }));
    await user.type(asked.getByLabelText('Write Acme Okta to confirm'), 'Acme Okta');
    await user.click(asked.getByRole('button', { name: 'Delete' }));

    expect(await screen.findByText('People sign in with their passwords')).toBeVisible();
  });

  it('names the permission to who may not see it', async () => {
    open([makeSso()], HELD.editor);

    expect(await screen.findByText(/It needs the permission sso\.manage\. /)).toBeVisible();
  });
});
