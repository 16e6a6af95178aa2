import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { makeWebhook, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { makeEvent } from '@/testing/trigger-makers';
import { problem } from '@/testing/world';
import WebhookPage from './components/webhook-page';

const MAIN = { path: '$.body.ref', operator: 'equals', value: 'refs/heads/main' };

function open(filters: unknown, live: unknown = filters) {
  const workflow = makeWorkflow({
    definition: {
      nodes: [
        { id: 'push', type: 'trigger:webhook', data: { config: { path: 'a', filters } } },
        { id: 'tell', type: 'action:http', data: { config: {} } },
      ],
      edges: [],
    },
  });
  const webhook = makeWebhook({ workflow_id: workflow.id, config: { filters: live } });
  const events = Array.from({ length: 4 }, () => makeEvent({ webhook_id: webhook.id })).reverse();
  const world = serve({ workflows: [workflow], webhooks: [webhook], events });
  const drawn = renderAt(
    `/webhook/${webhook.id}`,
    <Routes>
      <Route path="/webhook/:id" element={<WebhookPage />} />
    </Routes>,
  );
  return { ...drawn, world, workflow };
}

const filtersOf = (workflow: ReturnType<typeof makeWorkflow>): unknown =>
  (workflow.definition as { nodes: { data: { config: { filters?: unknown } } }[] }).nodes[0]!.data
    .config.filters;

async function opened(user: ReturnType<typeof open>['user'], name = 'Edit the filters') {
  await user.click(await screen.findByRole('button', { name }));
  const dialog = within(await screen.findByRole('dialog'));
  await dialog.findByRole('button', { name: 'Add a filter' });
  return dialog;
}

describe('the filters of a webhook', () => {
  it('are told in words', async () => {
    open([MAIN, { path: '$.body.commits', operator: 'is_not_empty', group: 1 }]);

    const card = await screen.findByRole('region', { name: 'Filters' });
    expect(card).toHaveTextContent('A delivery passes if any holds');
    expect(card).toHaveTextContent('$.body.ref is refs/heads/main');
    expect(card).toHaveTextContent('$.body.commits is not empty');
  });

  it('are saved into the draft by one operation, with whatever others changed elsewhere', async () => {
    const { user, world, workflow } = open(undefined);
    const dialog = await opened(user, 'Add a filter');
    await user.click(dialog.getByRole('button', { name: 'Add a filter' }));
    const row = within(dialog.getByRole('listitem', { name: 'Filter 1' }));
    await user.clear(row.getByLabelText('Field'));
    await user.type(row.getByLabelText('Field'), '$.body.n');
    await user.selectOptions(row.getByLabelText('Comparison'), 'is at least');
    await user.type(row.getByLabelText('Value'), '10');
    Object.assign(workflow, { draft_revision: workflow.draft_revision + 5 });

    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(filtersOf(workflow)).toEqual([{ path: '$.body.n', operator: 'gte', value: 10 }]);
    const { path, body } = world.sent.at(-1)!;
    expect(path).toBe(`/api/v1/workflows/${workflow.id}/operations`);
    expect(body).toMatchObject({ operations: [{ op: 'node.patch', id: 'push' }] });
  });

  it('tell how many of the last events pass, as they are typed', async () => {
    const { user } = open([MAIN]);
    const dialog = await opened(user);
    expect(await dialog.findByText('3 of the last 4 events pass')).toBeVisible();

    await user.clear(dialog.getByLabelText('Value'));
    await user.type(dialog.getByLabelText('Value'), 'nowhere');

    expect(await dialog.findByText('0 of the last 4 events pass')).toBeVisible();
    expect(dialog.getAllByText(/kept out: \$\.body\.ref/)).toHaveLength(4);
  });

  it('hold all, any, or all of a group', async () => {
    const { user, workflow } = open([MAIN, { path: '$.a', operator: 'exists' }]);
    const dialog = await opened(user);

    await user.click(dialog.getByRole('button', { name: 'Any holds' }));
    await user.click(dialog.getByRole('button', { name: 'Add a filter' }));
    expect(dialog.getByRole('button', { name: 'Save to the draft' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await user.type(dialog.getAllByLabelText('Field')[2]!, 'b');
    await user.click(dialog.getByRole('button', { name: 'All of a group hold' }));
    await user.selectOptions(dialog.getAllByLabelText('Group')[2]!, 'Group 2');
    await user.click(dialog.getByRole('checkbox', { name: 'Filter 1 counts' }));
    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(filtersOf(workflow)).toEqual([
      { ...MAIN, enabled: false },
      { path: '$.a', operator: 'exists', group: 1 },
      { path: '$.body.b', operator: 'equals', value: '', group: 1 },
    ]);
  });

  it('name the row that the server cannot read, and are not saved meanwhile', async () => {
    const { user } = open([MAIN, { path: '$..a', operator: 'exists' }]);
    server.use(
      http.post('*/filters/judge', () =>
        problem(422, 'webhook_invalid', 'No.', [
          { path: '/filters/1/path', code: 'field_invalid', message: 'A filter needs a path.' },
        ]),
      ),
    );
    const dialog = await opened(user);

    const row = within(dialog.getByRole('listitem', { name: 'Filter 2' }));
    expect(await row.findByText('A filter needs a path.')).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Save to the draft' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('are taken away, and then every genuine delivery passes', async () => {
    const { user, workflow } = open([MAIN]);
    const dialog = await opened(user);

    await user.click(dialog.getByRole('button', { name: 'Remove filter 1' }));
    expect(dialog.getByText('Without filters every genuine delivery passes.')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(filtersOf(workflow)).toBeUndefined();
  });

  it('that somebody else has changed meanwhile are not overwritten', async () => {
    const { user, workflow } = open([MAIN]);
    const dialog = await opened(user);
    const theirs = [{ ...MAIN, value: 'refs/heads/next' }];
    Object.assign(workflow, {
      draft_revision: workflow.draft_revision + 1,
      definition: {
        nodes: [{ id: 'push', type: 'trigger:webhook', data: { config: { filters: theirs } } }],
      },
    });

    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));
    expect(await dialog.findByText(/Somebody else changed the same/)).toBeVisible();
    expect(filtersOf(workflow)).toEqual(theirs);
    await user.click(dialog.getByRole('button', { name: 'Show theirs' }));

    expect(await dialog.findByDisplayValue('refs/heads/next')).toBeVisible();
  });

  it('are sent again where somebody saved in the very moment', async () => {
    const { user, workflow, world } = open([MAIN]);
    const dialog = await opened(user);
    let isFirst = true;
    server.use(
      http.post('*/operations', () => {
        if (!isFirst) return undefined;
        isFirst = false;
        return problem(412, 'revision_old', 'Somebody else has changed the draft.');
      }),
    );

    await user.click(dialog.getByRole('button', { name: 'Remove filter 1' }));
    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(filtersOf(workflow)).toBeUndefined();
    expect(world.sent.filter(({ path }) => path.endsWith('/operations'))).toHaveLength(1);
  });

  it('that rows cannot show are left to the node', async () => {
    const { user } = open('{{ env.filters }}', []);
    await user.click(await screen.findByRole('button', { name: 'Add a filter' }));

    const dialog = within(await screen.findByRole('dialog'));
    const [said] = await dialog.findAllByText(/Edit them as JSON in the node/);
    expect(said).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Save to the draft' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('have no place in a draft that has lost their trigger', async () => {
    const { user, workflow } = open([MAIN]);
    Object.assign(workflow, { definition: { nodes: [], edges: [] } });
    await user.click(await screen.findByRole('button', { name: 'Edit the filters' }));

    expect(await screen.findByText(/The draft has no such trigger any more/)).toBeVisible();
  });
});

describe('the answer of a judge that never came', () => {
  it('leaves the filters to be edited', async () => {
    const { user } = open([MAIN]);
    server.use(http.post('*/filters/judge', () => HttpResponse.error()));
    const dialog = await opened(user);

    expect(dialog.getByRole('button', { name: 'Save to the draft' })).toBeEnabled();
  });
});
