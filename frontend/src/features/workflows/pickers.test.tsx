import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http, type RequestHandler } from 'msw';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { makeCredential } from '@/testing/credential-makers';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import { CredentialPicker } from './components/credential-picker';
import { WorkflowPicker } from './components/workflow-picker';
import type { NamingField } from './naming';
import type { Workflow } from './types';

const FIELD: NamingField = {
  name: 'credential',
  title: 'Credential',
  help: 'Proves who calls.',
  isRequired: true,
  names: 'credential',
  types: ['bearer_token', 'api_key'],
};
const CALLED = ['sub_workflow', 'manual'];

interface HostProps {
  first: string;
  /** Whose field it is, where it names a workflow. */
  owner: Workflow | null;
}

/** Keeps what is chosen, as a form does. */
function Host({ first, owner }: HostProps) {
  const [value, setValue] = useState(first);
  const shared = { value, isBusy: false, onChoose: setValue };
  return (
    <>
      {owner === null ? (
        <CredentialPicker field={FIELD} {...shared} />
      ) : (
        <WorkflowPicker
          label="Workflow"
          hint=""
          isRequired
          triggers={CALLED}
          ownId={owner.id}
          {...shared}
        />
      )}
      <output data-testid="value">{value}</output>
    </>
  );
}

function open(
  first: string,
  more: Partial<World> = {},
  owner: Workflow | null = null,
  ...others: RequestHandler[]
) {
  serve(more);
  server.use(...others);
  return renderAt('/', <Host first={first} owner={owner} />);
}

const chosen = (): string | null => screen.getByTestId('value').textContent;
const picker = (name: string): Promise<HTMLElement> => screen.findByRole('combobox', { name });
const offered = async (): Promise<(string | null)[]> => {
  const list = within(await screen.findByRole('listbox', { name: /^Search for/ }));
  return (await list.findAllByRole('option')).map((option) => option.textContent);
};

describe('a field that names a credential', () => {
  const credentials = [
    makeCredential({ name: 'acme', description: 'Invoices' }),
    makeCredential({ name: 'bank', type: 'api_key', is_disabled: true }),
    makeCredential({ name: 'archive', type: 'aws' }),
  ];

  it('offers those of its types, finds them by name, and saves the chosen one', async () => {
    const { user } = open('', { credentials });
    expect(
      await screen.findByText('This is needed: the node cannot run without it.'),
    ).toBeVisible();

    await user.click(await picker('Credential'));
    await waitFor(async () =>
      expect(await offered()).toEqual(['acmeBearer token', 'bankAPI key · Disabled']),
    );
    await user.type(screen.getByPlaceholderText('Search for a credential'), 'invo');
    await waitFor(async () => expect(await offered()).toEqual(['acmeBearer token']));
    await user.keyboard('{Enter}');

    await waitFor(() => expect(chosen()).toBe('acme'));
    await waitFor(async () => expect(await picker('Credential')).toHaveTextContent('acme'));
    expect(screen.queryByText(/^This is needed/)).not.toBeInTheDocument();
  });

  it.each([
    ['gone', 'There is no credential “gone”.'],
    ['archive', 'It is of type AWS, and this field takes Bearer token, API key.'],
    ['bank', 'It is disabled, so the node fails.'],
  ])('says what is wrong with %s', async (name, said) => {
    open(name, { credentials });

    expect(await screen.findByText(said)).toBeVisible();
    expect(await picker('Credential')).toBeInvalid();
  });

  it('has one made on the spot, and takes it', async () => {
    const { user } = open('', { credentials: [] });

    await user.click(await picker('Credential'));
    expect(
      await screen.findByText('There is no credential of type Bearer token, API key yet.'),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'New credential…' }));
    const form = within(await screen.findByRole('dialog', { name: 'New credential' }));
    await user.type(await form.findByLabelText('Name'), 'fresh');
    await user.type(form.getByLabelText('Token'), 's3cret');
    await user.click(form.getByRole('button', { name: 'Save credential' }));

    await waitFor(() => expect(chosen()).toBe('fresh'));
  });

  it('is left empty again', async () => {
    const { user } = open('acme', { credentials });

    await user.click(await picker('Credential'));
    await user.click(await screen.findByRole('option', { name: 'None' }));

    await waitFor(() => expect(chosen()).toBe(''));
  });

  it('says that credentials did not come', async () => {
    const refuse = http.get('*/api/v1/credentials', () =>
      problem(403, 'forbidden', 'This needs another role.'),
    );
    const { user } = open('', {}, null, refuse);

    await user.click(await picker('Credential'));

    expect(await screen.findByRole('alert')).toHaveTextContent('This needs another role.');
  });
});

describe('a field that names a workflow', () => {
  const called = makeWorkflow({
    name: 'Send one invoice',
    triggers: [{ node_id: 'a', kind: 'sub_workflow', filtered_count: 0 }],
  });
  const draft = makeWorkflow({ name: 'Send a draft', live_version: null });
  const hooked = makeWorkflow({ name: 'Send on push' });

  it('finds workflows by name, and says why some cannot be called', async () => {
    const owner = makeWorkflow({ name: 'Invoices' });
    const workflows = [owner, called, draft, hooked];
    const { user } = open('', { workflows }, owner);

    await user.click(await picker('Workflow'));
    await waitFor(async () =>
      expect(await offered()).toEqual([
        'Send one invoiceVersion 3 · live',
        'InvoicesThis is the workflow itself.',
        'Send a draftIt is not published.',
        'Send on pushIt has none of these triggers: Called by workflow, Manual.',
      ]),
    );
    const asked: (string | null)[] = [];
    server.use(
      http.get('*/api/v1/workflows', ({ request }) => {
        const query = new URL(request.url).searchParams.get('q');
        if (query !== null) asked.push(query);
      }),
    );
    const search = screen.getByPlaceholderText('Search for a workflow');
    await user.click(search);
    for (const value of ['o', 'on', 'one']) fireEvent.change(search, { target: { value } });
    await waitFor(async () =>
      expect(await offered()).toEqual(['Send one invoiceVersion 3 · live']),
    );
    await waitFor(() => expect(asked).toEqual(['one']));
    await user.keyboard('{Enter}');

    await waitFor(() => expect(chosen()).toBe(called.id));
    await waitFor(async () =>
      expect(await picker('Workflow')).toHaveTextContent('Send one invoice'),
    );
    expect(screen.getByRole('link', { name: 'Open the workflow' })).toHaveAttribute(
      'href',
      `/workflows/${called.id}`,
    );
  });

  it('says that the one it names is gone', async () => {
    open('w-gone', {}, makeWorkflow());

    expect(await screen.findByText('There is no workflow with the id w-gone.')).toBeVisible();
  });
});
