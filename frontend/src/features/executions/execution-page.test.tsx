import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { FakeSocket } from '@/testing/fake-socket';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import ExecutionPage from './components/execution-page';

const workflow = makeWorkflow({ name: 'Deploy on push', live_version: 3 });

const make = (more: Partial<SchemaExecutionShown> = {}): SchemaExecutionShown =>
  makeExecution({ workflow_id: workflow.id, version_id: versionId(workflow, 3), ...more });

const open = (execution: SchemaExecutionShown) =>
  renderAt(
    `/executions/${execution.id}`,
    <Routes>
      <Route path="/executions/:id" element={<ExecutionPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );

const running = (): SchemaExecutionShown =>
  make({
    status: 'running',
    output: null,
    ended_at: null,
    seq: 2,
    steps: [
      makeStep(),
      makeStep({
        node_id: 'tell',
        node_type: 'action:http',
        status: 'running',
        output: null,
        ended_at: null,
        seq: 2,
      }),
    ],
  });

const card = (name: RegExp): Promise<HTMLElement> => screen.findByRole('button', { name });
/** Only the click: the canvas takes a pressed mouse for the start of a drag, and asks jsdom for what it has not. */
const clickCard = (element: HTMLElement): boolean => fireEvent.click(element);
const pane = (name: string): HTMLElement => screen.getAllByRole('region', { name })[0]!;

describe('one execution', () => {
  it('offers the files that trigger and output refer to', async () => {
    const id = '01a22976-1baa-73e5-8ea2-b6ad5a148244';
    const file = { $blob: id, filename: 'may.csv', size_bytes: 8_200 };
    const execution = make({ trigger: { body: 1 }, output: { body: file } });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    const link = await screen.findByRole('link', { name: 'Download may.csv' });

    expect(link).toHaveAttribute('href', `/api/v1/executions/${execution.id}/blobs/${id}`);
    expect(link).toHaveAttribute('download', 'may.csv');
    expect(screen.getAllByRole('list', { name: 'Files' })).toHaveLength(1);
    expect(screen.getByText('8.2 kB')).toBeVisible();
  });

  it('shows the graph that ran with the state of each node, trigger and output', async () => {
    const execution = make({
      steps: [makeStep(), makeStep({ node_id: 'ignore', status: 'skipped' })],
    });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    expect(await card(/^GitHub push ?Webhook, Completed/)).toBeVisible();
    expect(await card(/^Answer ignored ?Respond, Skipped/)).toBeVisible();
    expect(await card(/^Tell the receiver ?HTTP/)).toBeVisible();
    expect(screen.getByText('Version 3')).toBeVisible();
    expect(within(pane('Trigger')).getByText('"refs/heads/main"')).toBeVisible();
    expect(within(pane('Output')).getByText('true')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Cancel execution' })).not.toBeInTheDocument();
  });

  it('shows what went into a node and what came out of it, by its card or its bar', async () => {
    const step = makeStep({
      node_id: 'tell',
      node_type: 'action:http',
      input: { url: 'http://a/' },
      output: { status: 200 },
    });
    const execution = make({ steps: [makeStep(), step] });
    serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);

    clickCard(await card(/^Tell the receiver ?HTTP/));
    expect(within(pane('Input')).getByText('"http://a/"')).toBeVisible();
    expect(within(pane('Output')).getByText('200')).toBeVisible();
    await user.click(within(pane('Output')).getByRole('button', { name: 'JSON' }));
    expect(within(pane('Output')).getByText(/"status": 200/)).toBeVisible();

    await user.click(screen.getByRole('button', { name: 'Back to the execution' }));
    expect(screen.getByRole('heading', { name: 'Execution' })).toBeVisible();
  });

  it('says what one answer could not hold: nodes beyond the first, outputs that are too long', async () => {
    const long = makeStep({ node_id: 'tell', output: null, output_omitted: true });
    const execution = make({ steps: [makeStep(), long], steps_truncated: true });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    expect(await screen.findByText(/^Only the first 2 nodes are shown/)).toBeVisible();
    expect(await card(/^Answer deployed ?Respond/)).toBeVisible();
    expect(screen.queryByText('Not begun')).not.toBeInTheDocument();
    clickCard(await card(/^Answer deployed ?Respond/));
    expect(screen.getByRole('heading', { name: 'Execution' })).toBeVisible();
    clickCard(await card(/^Tell the receiver ?HTTP/));
    expect(within(pane('Output')).getByText(/^Not shown: the outputs/)).toBeVisible();
  });

  it('goes by itself to the node that failed, with its reason and its attempts', async () => {
    const error = { code: 'http_503', message: 'The receiver answered 503.', status: 503 };
    const attempts = [
      {
        attempt: 1,
        ended_at: new Date().toISOString(),
        error: { code: 'http_503', message: 'First.' },
      },
      {
        attempt: 2,
        ended_at: new Date().toISOString(),
        error: { code: 'http_503', message: 'Second.' },
      },
    ];
    const failed = makeStep({
      node_id: 'tell',
      node_type: 'action:http',
      status: 'failed',
      attempt: 2,
      attempts,
      error,
      output: null,
    });
    const execution = make({
      status: 'failed',
      reason: 'node_failed',
      error,
      output: null,
      steps: [makeStep(), failed],
    });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    expect(await screen.findByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
    expect(screen.getByText('503 · http_503')).toBeVisible();
    expect(screen.getByText('The receiver answered 503.')).toBeVisible();
    expect(screen.getByText('2 attempts')).toBeVisible();
    expect(screen.getByText('A node failed.')).toBeVisible();
    expect(screen.getByText('Nothing came out.')).toBeVisible();
  });

  it('says why it waits, and when it goes on', async () => {
    const wake_at = new Date(Date.now() + 3_700_000).toISOString();
    const waiting = makeStep({
      node_id: 'tell',
      node_type: 'control:delay',
      status: 'waiting',
      wake_at,
      output: null,
      ended_at: null,
    });
    const execution = make({
      status: 'waiting',
      reason: 'delay',
      ended_at: null,
      steps: [waiting],
    });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    const reason = (await screen.findByText('A delay has not passed yet.')).parentElement!;
    expect(within(reason).getByText('in 1 hr.')).toBeVisible();
    fireEvent.click(await within(reason).findByRole('button', { name: 'Tell the receiver' }));
    expect(screen.getByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
  });

  it('shows for what a node waits, and the address at which it is called to whoever may know it', async () => {
    const until = new Date(Date.now() + 3_700_000).toISOString();
    const url = 'https://demo.example/webhooks/-/token';
    const waiting = makeStep({
      node_id: 'tell',
      node_type: 'control:wait_for_webhook',
      status: 'waiting',
      wake_at: until,
      waits_for: { reason: 'callback', until, url },
      output: null,
      ended_at: null,
    });
    const execution = make({
      status: 'waiting',
      reason: 'callback',
      ended_at: null,
      steps: [waiting],
    });
    serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);
    const reason = (await screen.findByText('It waits for a call from outside.')).parentElement!;
    await user.click(await within(reason).findByRole('button', { name: 'Tell the receiver' }));

    expect(await screen.findByText(url)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy the address' })).toBeVisible();
    expect(screen.getAllByText('in 1 hr.')).toHaveLength(2);
  });

  it('leads from its reason to the node it is about', async () => {
    const failed = makeStep({ node_id: 'tell', node_type: 'action:http', status: 'failed' });
    const execution = make({ status: 'failed', reason: 'node_failed', steps: [failed] });
    serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);
    await user.click(await screen.findByRole('button', { name: 'Back to the execution' }));

    const reason = screen.getByText('A node failed.').parentElement!;
    await user.click(within(reason).getByRole('button', { name: 'Tell the receiver' }));

    expect(screen.getByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
  });

  it('lists the nodes it did not come to, and says so in their place', async () => {
    const execution = make({ steps: [makeStep()] });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    expect(await screen.findByText('1 of 5 done')).toBeVisible();
    clickCard(await card(/^Tell the receiver ?HTTP/));

    expect(screen.getByText('The execution ended before it came to this node.')).toBeVisible();
    expect(
      screen.getByRole('button', { name: /^Tell the receiver ?–/, pressed: true }),
    ).toBeVisible();
  });

  it('can be run again at the trigger and with the data that it began with', async () => {
    const execution = make({ trigger: { branch: 'main' }, trigger_node: 'push' });
    const world = serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Run again' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Run' }));

    await waitFor(() => expect(world.sent).toHaveLength(1));
    expect(world.sent[0]).toMatchObject({
      path: `/api/v1/workflows/${workflow.id}/execute`,
      body: { input: { branch: 'main' }, trigger_node: 'push' },
    });
  });

  it('cannot be run again while its workflow is switched off', async () => {
    const off = makeWorkflow({ name: 'Off', is_active: false, live_version: 3 });
    const execution = make({ workflow_id: off.id, version_id: versionId(off, 3) });
    serve({ workflows: [off], executions: [execution] });
    open(execution);

    expect(await screen.findByText('Version 3')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Run again' })).not.toBeInTheDocument();
  });

  it('can be run again also if its workflow is not on the first page of the list', async () => {
    const others = Array.from({ length: 101 }, () => makeWorkflow({ name: 'Another' }));
    const execution = make();
    serve({ workflows: [...others, workflow], executions: [execution] });
    open(execution);

    expect(await screen.findByRole('button', { name: 'Run again' })).toBeVisible();
  });

  it('shows the draft, and says so, where the version cannot be had', async () => {
    const execution = make({ version_id: 'a snapshot' });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    expect(await screen.findByText(/this is the draft as it is now/)).toBeVisible();
    expect(await card(/^GitHub push ?Webhook/)).toBeVisible();
  });

  it('is not here', async () => {
    serve();
    open(make());

    expect(await screen.findByText('Nothing is here')).toBeVisible();
  });
});

describe('an execution that runs', () => {
  it('shows a hint at once and what it did with the next read', async () => {
    const execution = running();
    const world = serve({ workflows: [workflow], executions: [execution] });
    open(execution);
    expect(await card(/^Tell the receiver ?HTTP, Running/)).toBeVisible();
    expect(FakeSocket.last.url).toMatch(new RegExp(`/ws/executions/${execution.id}$`));

    const done = makeStep({
      node_id: 'tell',
      node_type: 'action:http',
      output: { status: 201 },
      seq: 3,
    });
    world.executions = [
      {
        ...execution,
        status: 'completed',
        seq: 3,
        output: { sent: 'yes' },
        steps: [execution.steps![0]!, done],
      },
    ];
    const hint = { execution: execution.id, before: 2, seq: 3, status: 'completed' };
    act(() =>
      FakeSocket.last.say({
        ...hint,
        steps: [{ node_id: 'tell', scope: '', status: 'completed' }],
      }),
    );

    expect(await card(/^Tell the receiver ?HTTP, Completed/)).toBeVisible();
    await waitFor(() => expect(within(pane('Output')).getByText('"yes"')).toBeVisible());
    expect(screen.getByText('The execution ended: Completed')).toBeInTheDocument();
    await waitFor(() => expect(FakeSocket.last.isClosed).toBe(true));
  });

  it('reads again after the socket was away', async () => {
    const execution = running();
    serve({ workflows: [workflow], executions: [execution] });
    let reads = 0;
    server.use(
      http.get('*/api/v1/executions/:id', () => {
        reads += 1;
        return undefined;
      }),
    );
    open(execution);
    await card(/^Tell the receiver ?HTTP/);
    const before = reads;

    act(() => FakeSocket.last.onopen?.());

    await waitFor(() => expect(reads).toBe(before + 1));
  });

  it('can be cancelled', async () => {
    const execution = running();
    const world = serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Cancel execution' }));

    expect(await screen.findByText('Cancelling')).toBeVisible();
    expect(world.sent.map(({ path }) => path)).toEqual([
      `/api/v1/executions/${execution.id}/cancel`,
    ]);
  });

  it('lets a person say what becomes of a node whose worker vanished in the middle', async () => {
    const execution = running();
    execution.status = 'waiting';
    execution.reason = 'worker_lost';
    execution.steps = [
      makeStep(),
      makeStep({ node_id: 'tell', node_type: 'action:http', status: 'unknown', output: null }),
    ];
    const world = serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);

    await user.click(await screen.findByRole('button', { name: 'Run it again' }));

    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'It failed' })).not.toBeInTheDocument(),
    );
    expect(screen.queryByRole('button', { name: 'Run it again' })).not.toBeInTheDocument();
    expect(
      screen.getByText('It runs again, with the same idempotency key.', { selector: 'p' }),
    ).toBeVisible();
    expect(world.sent).toEqual([
      expect.objectContaining({
        path: `/api/v1/executions/${execution.id}/steps/tell/decide`,
        body: { decision: 'rerun', scope: '' },
      }),
    ]);
  });

  it('shows data that is empty as empty, and not as nothing', async () => {
    const execution = make({ trigger: {} });
    serve({ workflows: [workflow], executions: [execution] });
    open(execution);

    const trigger = (await screen.findAllByRole('region', { name: 'Trigger' })).at(-1)!;
    expect(trigger).toHaveTextContent('{}');
  });

  it('is walked by arrow keys: the graph is one stop, its nodes follow the edges', async () => {
    const execution = running();
    serve({ workflows: [workflow], executions: [execution] });
    const { user } = open(execution);
    const first = await card(/^GitHub push ?Webhook/);
    const second = await card(/^Is it main\? ?If/);
    expect([first.tabIndex, second.tabIndex]).toEqual([0, -1]);

    act(() => first.focus());
    await user.keyboard('{ArrowRight}');
    expect(second).toHaveFocus();
    await user.keyboard('{ArrowRight}{Enter}');

    expect(await screen.findByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
  });
});
