import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ExecutionPage from './components/execution-page';

const workflow = makeWorkflow({ name: 'Deploy on push', live_version: 3 });

const make = (more: Partial<SchemaExecutionShown> = {}): SchemaExecutionShown =>
  makeExecution({ workflow_id: workflow.id, version_id: versionId(workflow, 3), ...more });

const open = (execution: SchemaExecutionShown) => {
  const world = serve({
    workflows: [workflow],
    executions: [execution],
    lines: [
      { at: new Date().toISOString(), level: 'info', text: 'seen it' },
      { at: new Date().toISOString(), level: 'warning', text: 'odd' },
    ],
  });
  const { user } = renderAt(
    `/executions/${execution.id}`,
    <Routes>
      <Route path="/executions/:id" element={<ExecutionPage />} />
    </Routes>,
  );
  return { user, world };
};

/** By its line, which is there before the graph is. */
const choose = async (name: RegExp): Promise<void> => {
  fireEvent.click((await screen.findAllByRole('button', { name })).at(-1)!);
};

describe('running an execution again', () => {
  it('begins where it failed in the newest version, and goes to the new execution', async () => {
    const execution = make({ status: 'failed', reason: 'node_failed', output: null });
    const { user, world } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Retry' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((item) => item.textContent)).toEqual([
      'From where it failed',
      'From its start',
      'From where it failed',
      'From its start',
      'With other data…',
    ]);
    await user.click(items[2]!);

    await waitFor(() =>
      expect(world.sent.at(-1)).toMatchObject({
        path: `/api/v1/executions/${execution.id}/retry`,
        body: { start_at: 'failed', version: 'newest' },
      }),
    );
    expect(world.sent.at(-1)?.headers.get('Idempotency-Key')).not.toBeNull();
    expect(await screen.findByRole('link', { name: /^Retry of / })).toHaveAttribute(
      'href',
      `/executions/${execution.id}`,
    );
  });

  it('offers no failed node where none failed', async () => {
    const { user } = open(make());

    await user.click(await screen.findByRole('button', { name: 'Retry' }));
    const items = await screen.findAllByRole('menuitem');

    expect(items.map((item) => item.textContent)).toEqual([
      'From its start',
      'From its start',
      'With other data…',
    ]);
  });

  it('begins at the node that is looked at', async () => {
    const tell = makeStep({ node_id: 'tell', node_type: 'action:http' });
    const execution = make({ steps: [makeStep(), tell] });
    const { user, world } = open(execution);

    await choose(/^Tell the receiver/);
    await user.click(screen.getByRole('button', { name: 'Retry from here' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((item) => item.textContent)).toEqual([
      'From “Tell the receiver”',
      'From “Tell the receiver”',
      'With other data…',
    ]);
    await user.click(items[1]!);

    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({
        start_at: 'node',
        node_id: 'tell',
        version: 'newest',
      }),
    );
  });

  it('offers neither a trigger nor a node that no way led to', async () => {
    const skipped = makeStep({ node_id: 'ignore', status: 'skipped', node_type: 'action:respond' });
    open(make({ steps: [makeStep(), skipped] }));

    await choose(/^GitHub push/);
    expect(await screen.findByRole('heading', { name: 'GitHub push' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Retry from here' })).not.toBeInTheDocument();
    await choose(/^Answer ignored/);
    expect(await screen.findByRole('heading', { name: 'Answer ignored' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Retry from here' })).not.toBeInTheDocument();
  });
});

describe('running an execution again with other data', () => {
  const ask = async (execution: SchemaExecutionShown) => {
    const shown = open(execution);
    await shown.user.click(await screen.findByRole('button', { name: 'Retry' }));
    await shown.user.click(await screen.findByRole('menuitem', { name: 'With other data…' }));
    return { ...shown, dialog: within(await screen.findByRole('dialog')) };
  };

  it('sends the data that were typed, the place and the version', async () => {
    const tell = makeStep({ node_id: 'tell', node_type: 'action:http' });
    const { user, world, dialog } = await ask(make({ steps: [makeStep(), tell] }));

    await user.selectOptions(dialog.getByLabelText('Where it begins'), 'From “Tell the receiver”');
    await user.selectOptions(dialog.getByLabelText('Version'), 'The newest version');
    fireEvent.change(dialog.getByLabelText('Data of the trigger'), {
      target: { value: '{"body": 1}' },
    });
    expect(dialog.getByText('JSON. Only the nodes that run again read it.')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Retry' }));

    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({
        start_at: 'node',
        node_id: 'tell',
        version: 'newest',
        input: { body: 1 },
      }),
    );
  });

  it('does not send data that were left as they are, for the screen lacks their secrets', async () => {
    const { user, world, dialog } = await ask(make({ trigger: { token: '[REDACTED]' } }));

    expect(dialog.getByText(/^JSON. Left as it is, it is taken as it was stored/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Retry' }));

    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({ start_at: 'start', version: 'same' }),
    );
  });

  it('warns of masks in data that were changed, and refuses what is no JSON', async () => {
    const { dialog } = await ask(make({ trigger: { token: '[REDACTED]' } }));
    const data = dialog.getByLabelText('Data of the trigger');

    fireEvent.change(data, { target: { value: '{"token": "Bearer [REDACTED]"}' } });
    expect(
      dialog.getByText(/^JSON. Where it says \[REDACTED\], a secret was kept out/),
    ).toBeVisible();
    fireEvent.change(data, { target: { value: '{"token": ' } });

    expect(dialog.getByText('This is not JSON.')).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Retry' })).toBeDisabled();
  });

  it('starts nothing twice: once by keys held down, and after a lost answer under the same key', async () => {
    const execution = make();
    const { user, dialog } = await ask(execution);
    const keys: (string | null)[] = [];
    let answer = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.post('*/api/v1/executions/:id/retry', async ({ request }) => {
        keys.push(request.headers.get('Idempotency-Key'));
        await wait;
        return problem(503, 'unavailable', 'Not now.');
      }),
    );

    await user.keyboard('{Control>}{Enter>5/}{Enter}{/Control}');
    answer();
    expect(await dialog.findByRole('alert')).toHaveTextContent('Not now.');
    expect(keys).toHaveLength(1);
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(keys).toHaveLength(2));
    await user.selectOptions(dialog.getByLabelText('Version'), 'The newest version');
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(keys).toHaveLength(3));

    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('stays open and says why it was refused', async () => {
    const execution = make();
    const { user, dialog } = await ask(execution);
    server.use(
      http.post('*/api/v1/executions/:id/retry', () =>
        problem(409, 'node_missing', 'The newest version has no node “push”.'),
      ),
    );

    await user.click(dialog.getByRole('button', { name: 'Retry' }));

    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'The newest version has no node “push”.',
    );
  });
});

describe('the log of an execution', () => {
  it('is offered as a file in three forms', async () => {
    const execution = make();
    const { user } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Export the log' }));
    const items = await screen.findAllByRole('menuitem');

    expect(items.map((item) => [item.textContent, item.getAttribute('href')])).toEqual([
      ['Text', `/api/v1/executions/${execution.id}/log?as=txt`],
      ['JSON', `/api/v1/executions/${execution.id}/log?as=json`],
      ['CSV', `/api/v1/executions/${execution.id}/log?as=csv`],
    ]);
    expect(items[0]).toHaveAttribute('download');
  });
});

describe('an execution that did not go the whole way', () => {
  it.each([
    [{ start_at: 'tell', stop_at: ['tell'] }, 'Only “Tell the receiver” ran.'],
    [
      { stop_at: ['tell'], pinned: ['is-main'] },
      'It ran up to “Tell the receiver”. Pinned, so not run: “Is it main?”.',
    ],
    [{ start_at: 'tell' }, 'It began at “Tell the receiver”; what came before was taken over.'],
  ])('says of %j: %s', async (more, said) => {
    open(make(more));

    expect(await screen.findByText(said)).toBeVisible();
  });
});

describe('holding an execution', () => {
  it('pauses what runs and lets it go on', async () => {
    const execution = make({ status: 'running', output: null, ended_at: null });
    const { user, world } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Pause' }));
    await user.click(await screen.findByRole('button', { name: 'Resume' }));

    expect(await screen.findByRole('button', { name: 'Pause' })).toBeVisible();
    expect(world.sent.map((one) => one.path.split('/').at(-1))).toEqual(['pause', 'resume']);
    expect(screen.queryByRole('button', { name: 'Retry' })).not.toBeInTheDocument();
  });
});

describe('what a step says of itself', () => {
  it('shows what the node wrote', async () => {
    open(make({ steps: [makeStep({ status: 'failed', has_log: true })] }));

    const log = await screen.findByRole('list', { name: 'Log' });

    await waitFor(() =>
      expect(
        within(log)
          .getAllByRole('listitem')
          .map((item) => item.textContent),
      ).toEqual([
        expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}infoseen it$/),
        expect.stringMatching(/warningodd$/),
      ]),
    );
  });

  it('says that its log did not come, and asks for it again', async () => {
    const { user } = open(make({ steps: [makeStep({ status: 'failed', has_log: true })] }));
    server.use(
      http.get(
        '*/api/v1/executions/:id/steps/:node/log',
        () => problem(503, 'unavailable', 'The database does not answer.'),
        { once: true },
      ),
    );

    expect(await screen.findByText('The database does not answer.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await screen.findByText('seen it')).toBeVisible();
  });

  it('says where the output comes from if it did not run', async () => {
    const first = make();
    const kept = makeStep({ status: 'failed', copied_from: first.id });
    open(make({ steps: [kept] }));

    expect(await screen.findByText('It did not run again. Taken over from')).toBeVisible();
    const link = screen.getByRole('link', { name: /^Execution / });
    expect(link).toHaveAttribute('href', `/executions/${first.id}`);
  });
});
