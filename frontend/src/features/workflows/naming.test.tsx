import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http, type RequestHandler } from 'msw';
import { Route, Routes } from 'react-router';
import { toast } from 'sonner';
import { describe, expect, it } from 'vitest';
import { makeCredential, makeMe, makeNodeType, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import WorkflowPage from './components/workflow-page';
import type { Workflow } from './types';

const slots = { demo: () => null, webhooks: () => null, latest: () => null };

const HTTP = makeNodeType({
  fields: [
    { name: 'url', kind: 'template', title: 'Address', help: '', required: true, options: [] },
    {
      name: 'credential',
      kind: 'credential',
      title: 'Credential',
      help: 'Proves who calls.',
      required: true,
      options: ['bearer_token', 'api_key'],
    },
  ],
});
const CALL = makeNodeType({
  type: 'control:sub_workflow',
  fields: [
    {
      name: 'workflow_id',
      kind: 'text',
      title: 'Workflow',
      help: '',
      required: true,
      options: [],
    },
  ],
});

const having = (type: string, config: object, settings = {}): Workflow =>
  makeWorkflow({
    name: 'Invoices',
    definition: {
      nodes: [
        { id: 'start', type: 'trigger:manual', data: { name: 'Start' } },
        { id: 'act', type, data: { name: 'Act', config } },
      ],
      edges: [{ id: 'e', source: 'start', target: 'act' }],
      settings,
    },
  });

const configIn = (body: unknown): unknown => {
  const { definition } = body as {
    definition: { nodes: { id: string; data: { config: unknown } }[] };
  };
  return definition.nodes.find(({ id }) => id === 'act')?.data.config;
};

const open = async (workflow: Workflow, more: Partial<World> = {}, ...others: RequestHandler[]) => {
  const world = serve({ workflows: [workflow], nodeTypes: [HTTP, CALL], ...more });
  server.use(...others);
  const { user } = renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<WorkflowPage slots={slots} />} />
    </Routes>,
  );
  fireEvent.click(await screen.findByRole('button', { name: /^Act/ }));
  return { world, user };
};

const lastToast = (): unknown => {
  const last = toast.getHistory().at(-1);
  return last !== undefined && 'title' in last ? last.title : undefined;
};
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
    const workflow = having('action:http', { url: 'https://a/' });
    const { world, user } = await open(workflow, { credentials });
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

    await waitFor(() =>
      expect(configIn(world.sent.at(-1)?.body)).toEqual({ url: 'https://a/', credential: 'acme' }),
    );
    expect(world.sent.at(-1)?.headers.get('If-Match')).toBe('"7"');
    await waitFor(async () => expect(await picker('Credential')).toHaveTextContent('acme'));
    expect(screen.queryByText(/^This is needed/)).not.toBeInTheDocument();
  });

  it.each([
    ['gone', 'There is no credential “gone”.'],
    ['archive', 'It is of type AWS, and this field takes Bearer token, API key.'],
    ['bank', 'It is disabled, so the node fails.'],
  ])('says what is wrong with %s', async (name, said) => {
    await open(having('action:http', { credential: name }), { credentials });

    expect(await screen.findByText(said)).toBeVisible();
    expect(await picker('Credential')).toBeInvalid();
  });

  it('has one made on the spot, and takes it', async () => {
    const { world, user } = await open(having('action:http', {}), { credentials: [] });

    await user.click(await picker('Credential'));
    expect(
      await screen.findByText('There is no credential of type Bearer token, API key yet.'),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'New credential…' }));
    const form = within(await screen.findByRole('dialog', { name: 'New credential' }));
    await user.type(await form.findByLabelText('Name'), 'fresh');
    await user.type(form.getByLabelText('Token'), 's3cret');
    await user.click(form.getByRole('button', { name: 'Save credential' }));

    await waitFor(() => expect(configIn(world.sent.at(-1)?.body)).toEqual({ credential: 'fresh' }));
  });

  it('is left empty again', async () => {
    const { world, user } = await open(having('action:http', { credential: 'acme' }), {
      credentials,
    });

    await user.click(await picker('Credential'));
    await user.click(await screen.findByRole('option', { name: 'None' }));

    await waitFor(() => expect(configIn(world.sent.at(-1)?.body)).toEqual({}));
  });

  it('says that credentials did not come', async () => {
    const refuse = http.get('*/api/v1/credentials', () =>
      problem(403, 'forbidden', 'This needs another role.'),
    );
    const { user } = await open(having('action:http', {}), {}, refuse);

    await user.click(await picker('Credential'));

    expect(await screen.findByRole('alert')).toHaveTextContent('This needs another role.');
  });

  it('is not saved where the screen would change a number elsewhere in the draft', async () => {
    const workflow = having('action:http', { credential: 'acme', body: { id: 'NUMBER' } });
    const text = JSON.stringify(workflow).replace('"NUMBER"', '9007199254740993');
    const asKept = http.get(
      '*/api/v1/workflows/:id',
      () => new HttpResponse(text, { headers: { 'Content-Type': 'application/json' } }),
    );
    const { world, user } = await open(workflow, { credentials }, asKept);

    await user.click(await picker('Credential'));
    await user.click(await screen.findByRole('option', { name: 'None' }));

    await waitFor(() =>
      expect(lastToast()).toMatch(
        /^Nothing was saved: this draft holds the number 9007199254740993,/,
      ),
    );
    expect(world.sent).toEqual([]);
  });

  it('cannot be chosen twice at once; of what somebody else saved meanwhile it shows the draft as it is', async () => {
    const workflow = having('action:http', { credential: 'acme' });
    let answer = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { world, user } = await open(
      workflow,
      { credentials },
      http.patch(
        '*/api/v1/workflows/:id',
        async () => {
          await wait;
          const theirs = having('action:http', { credential: 'theirs' });
          Object.assign(world.workflows[0]!, {
            draft_revision: 8,
            definition: theirs.definition,
          });
          return undefined;
        },
        { once: true },
      ),
    );

    await user.click(await picker('Credential'));
    await user.click(await screen.findByRole('option', { name: 'None' }));
    await waitFor(async () => expect(await picker('Credential')).toHaveAttribute('aria-disabled'));
    expect(await picker('Error workflow')).toHaveAttribute('aria-disabled');
    await user.click(await picker('Credential'));
    expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
    answer();

    await waitFor(async () => expect(await picker('Credential')).toHaveTextContent('theirs'));
    await waitFor(() =>
      expect(lastToast()).toMatch(/^Nothing was saved: somebody else saved this draft meanwhile\./),
    );
    expect(await picker('Credential')).not.toHaveAttribute('aria-disabled');
  });

  it('is only shown to who may not change the draft', async () => {
    const me = makeMe({ permissions: ['workflow.read'] });
    await open(having('action:http', { credential: 'acme' }), { credentials, me });

    expect(await screen.findByText('"acme"')).toBeVisible();
    expect(screen.queryByRole('combobox', { name: 'Credential' })).not.toBeInTheDocument();
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
    const workflow = having('control:sub_workflow', {});
    const workflows = [workflow, called, draft, hooked];
    const { world, user } = await open(workflow, { workflows });

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

    await waitFor(() =>
      expect(configIn(world.sent.at(-1)?.body)).toEqual({ workflow_id: called.id }),
    );
    await waitFor(async () =>
      expect(await picker('Workflow')).toHaveTextContent('Send one invoice'),
    );
    expect(screen.getByRole('link', { name: 'Open the workflow' })).toHaveAttribute(
      'href',
      `/workflows/${called.id}`,
    );
  });

  it('says that the one it names is gone', async () => {
    await open(having('control:sub_workflow', { workflow_id: 'w-gone' }));

    expect(await screen.findByText('There is no workflow with the id w-gone.')).toBeVisible();
  });

  it('is also the workflow that starts after a failure', async () => {
    const error = makeWorkflow({
      name: 'Tell us',
      triggers: [{ node_id: 'a', kind: 'error', filtered_count: 0 }],
    });
    const workflow = having('action:http', { credential: 'acme' }, { timeout_s: 60 });
    const { world, user } = await open(workflow, { workflows: [workflow, error] });

    await user.click(await picker('Error workflow'));
    await user.click(await screen.findByRole('option', { name: /^Tell us/ }));

    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toMatchObject({
        definition: { settings: { timeout_s: 60, error_workflow_id: error.id } },
      }),
    );
  });
});
