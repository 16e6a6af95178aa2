import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Toaster, toast } from 'sonner';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SchemaProblemOut, SchemaWorkflowOut } from '@/generated/api';
import { makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { EditorProvider, useEditor } from '../provider';
import { TopBarActions } from './top-bar-actions';

const START = {
  id: 'start',
  type: 'trigger:manual',
  position: { x: 0, y: 0 },
  data: { name: 'Start' },
};
const call = (url: string) => ({
  id: 'call',
  type: 'action:http',
  position: { x: 300, y: 0 },
  data: { name: 'Call', config: { url } },
});
const EDGES = [{ id: 'e1', source: 'start', target: 'call' }];
const LIVE = { nodes: [START, call('http://one.test')], edges: EDGES };
const DRAFT = { nodes: [START, call('http://two.test')], edges: EDGES };
const TRIGGERS = [{ node_id: 'start', kind: 'manual' as const, filtered_count: 0 }];

const problem = (message: string, severity: 'error' | 'warning'): SchemaProblemOut => ({
  node_id: 'call',
  edge_id: null,
  path: '/nodes/1/data/config/url',
  field: 'url',
  code: 'x',
  message: `“Call”: ${message}`,
  severity,
});

/** What the inspector does with the selection, as far as these tests need it. */
function Inspected() {
  const selection = useEditor((state) => state.selection);
  const { nodes } = useEditor((state) => state.document);
  const last = nodes.at(-1);
  if (last !== undefined && last.id !== 'call')
    return (
      <p>
        {`${last.name} ${last.position?.x} ${last.position?.y}${selection.has(last.id) ? ' selected' : ''}`}
      </p>
    );
  if (!selection.has('call')) return null;
  return (
    <div data-field="url">
      <input aria-label="URL" />
    </div>
  );
}

function open(overrides: Partial<SchemaWorkflowOut> = {}, me = makeMe()) {
  const workflow = makeWorkflow({
    name: 'Refunds',
    live_version: 1,
    definition: DRAFT,
    triggers: TRIGGERS,
    ...overrides,
  });
  const world = serve({
    me,
    workflows: [workflow],
    versions: [
      {
        workflow_id: workflow.id,
        id: 'v1',
        number: 1,
        note: '',
        created_at: '2026-01-01T00:00:00Z',
        created_by: null,
        definition: LIVE,
      },
    ],
  });
  const page = renderAt(
    `/workflows/${workflow.id}`,
    <EditorProvider workflow={structuredClone(workflow)}>
      <Toaster />
      <TopBarActions />
      <Inspected />
    </EditorProvider>,
  );
  return { ...page, world, workflow };
}

beforeEach(() => {
  toast.dismiss();
});

describe('publishing', () => {
  it('shows what changes against the live version, and sends the note with the revision that was seen', async () => {
    const { user, world, workflow } = open();
    await screen.findByRole('button', { name: 'Publish' });
    await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
    const sheet = await screen.findByRole('dialog', { name: 'Publish Refunds' });

    expect(await within(sheet).findByRole('list', { name: 'Changes' })).toHaveTextContent(
      'config › url−Before:http://one.test+After:http://two.test',
    );
    await user.type(within(sheet).getByLabelText('Note'), 'To two');
    await user.click(within(sheet).getByRole('button', { name: 'Publish' }));

    expect(await screen.findByText('Version 2 is live.')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
    const [sent] = world.sent;
    expect([sent?.path, sent?.body, sent?.headers.get('If-Match')]).toEqual([
      `/api/v1/workflows/${workflow.id}/publish`,
      { note: 'To two' },
      '"7"',
    ]);
  });

  it('asks at the first time whether to activate, and does', async () => {
    const { user, world } = open({ live_version: null, is_active: false });
    await user.click(await screen.findByRole('button', { name: 'Publish' }));
    const sheet = await screen.findByRole('dialog');
    expect(within(sheet).getByRole('checkbox', { name: /Activate it/ })).toBeChecked();

    await user.click(within(sheet).getByRole('button', { name: 'Publish and activate' }));

    await waitFor(() =>
      expect(world.sent.map(({ path }) => path.split('/').at(-1))).toEqual(['publish', 'activate']),
    );
  });

  it('says that it is published but not active where activating is refused, and leads to the webhooks', async () => {
    const { user } = open({ live_version: null, is_active: false });
    server.use(
      http.post('*/api/v1/workflows/:id/activate', () =>
        HttpResponse.json(
          { code: 'webhook_secret_missing', detail: '“Hook” has no secret yet.' },
          { status: 409 },
        ),
      ),
    );
    await user.click(await screen.findByRole('button', { name: 'Publish' }));
    const sheet = await screen.findByRole('dialog');
    await user.click(within(sheet).getByRole('button', { name: 'Publish and activate' }));

    expect(
      await screen.findByText('Version 1 is published, but it is not active yet'),
    ).toBeVisible();
    expect(screen.getByText('“Hook” has no secret yet.')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByRole('button', { name: 'To the webhooks' })).toBeVisible();
  });

  it('is kept back by errors, and each leads to its field', async () => {
    const { user } = open({
      problems: [problem('doubtful.', 'warning'), problem('needed.', 'error')],
    });
    await user.click(await screen.findByRole('button', { name: 'Publish' }));
    const sheet = await screen.findByRole('dialog');

    expect(within(sheet).getByRole('button', { name: 'Publish' })).toBeDisabled();
    const [first] = within(sheet).getAllByRole('button', { name: 'Go there' });
    expect(first?.parentElement).toHaveTextContent('Callneeded.');
    await user.click(within(sheet).getAllByRole('button', { name: 'Go there' })[0]!);

    await waitFor(() => expect(screen.getByLabelText('URL')).toHaveFocus());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is not done over what somebody else has changed meanwhile', async () => {
    const { user, workflow } = open();
    await user.click(await screen.findByRole('button', { name: 'Publish' }));
    const sheet = await screen.findByRole('dialog');
    await within(sheet).findByRole('list', { name: 'Changes' });
    Object.assign(workflow, { draft_revision: 8 });

    await user.click(within(sheet).getByRole('button', { name: 'Publish' }));

    expect(await within(sheet).findByRole('alert')).toHaveTextContent('Somebody else has changed');
    expect(workflow.live_version).toBe(1);
  });

  it('makes no version where the draft is the same', async () => {
    const { user } = open({ definition: LIVE });
    await user.click(await screen.findByRole('button', { name: 'Publish' }));
    const sheet = await screen.findByRole('dialog');

    expect(await within(sheet).findByText('The draft is the same as version 1.')).toBeVisible();
    expect(within(sheet).getByRole('button', { name: 'Publish' })).toBeDisabled();
  });
});

describe('the problems of the draft', () => {
  it('are counted in the bar, listed errors first, and lead to their fields', async () => {
    const { user } = open({
      problems: [problem('doubtful.', 'warning'), problem('needed.', 'error')],
    });

    await user.click(await screen.findByRole('button', { name: '1 error' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((one) => one.textContent)).toEqual(['needed.url', 'doubtful.url']);
    await user.click(items[0]!);

    await waitFor(() => expect(screen.getByLabelText('URL')).toHaveFocus());
  });
});

describe('the switch', () => {
  it('says what deactivating does to each trigger before it does it', async () => {
    const { user, workflow } = open();
    const control = await screen.findByRole('switch', { name: 'Active', checked: true });

    await user.click(control);
    const dialog = await screen.findByRole('dialog', { name: 'Deactivate it?' });
    expect(within(dialog).getByRole('listitem')).toHaveTextContent('StartNobody can run it.');
    await user.click(within(dialog).getByRole('button', { name: 'Deactivate' }));

    expect(await screen.findByRole('switch', { checked: false })).toBeVisible();
    expect(workflow.is_active).toBe(false);
  });

  it('cannot be moved before something is published, and says so', async () => {
    const { user } = open({ live_version: null, is_active: false });
    const control = await screen.findByRole('switch');

    await user.click(control);

    expect(screen.queryByRole('dialog')).toBeNull();
    expect(control).toHaveAttribute('title', 'Publish it first: only published versions run.');
  });
});

it('Alt+H leads to the versions, and the menu copies the workflow', async () => {
  const { user, address, workflow } = open();
  const written = vi.spyOn(navigator.clipboard, 'writeText');

  await user.click(await screen.findByRole('button', { name: 'More actions', busy: false }));
  await user.click(await screen.findByRole('menuitem', { name: 'Copy as JSON' }));
  await screen.findByText('The workflow is in the clipboard.');
  expect(JSON.parse(written.mock.calls[0]?.[0] ?? '')).toMatchObject({ name: 'Refunds' });

  await user.keyboard('{Alt>}h{/Alt}');
  await waitFor(() => expect(address()).toBe(`/workflows/${workflow.id}/versions`));
});

it('a cURL command becomes a node of the open workflow, below the others, and is selected', async () => {
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'More actions', busy: false }));
  await user.click(await screen.findByRole('menuitem', { name: 'Import or paste cURL…' }));
  await user.click(await screen.findByLabelText('Text'));
  await user.paste('curl https://api.acme.test/orders');

  const add = screen.getByRole('button', { name: /^Add/ });
  await waitFor(() => expect(add).toBeEnabled());
  await user.click(add);

  expect(await screen.findByText('GET api.acme.test 0 138 selected')).toBeVisible();
});

it('who may only look can publish and switch nothing', async () => {
  open({}, makeMe({ permissions: ['workflow.read'] }));

  expect(await screen.findByRole('button', { name: 'Publish' })).toBeDisabled();
  expect(screen.getByRole('switch')).toHaveAttribute(
    'title',
    'Your role may not change workflows.',
  );
  expect(screen.queryByRole('button', { name: 'Share' })).toBeNull();
});
