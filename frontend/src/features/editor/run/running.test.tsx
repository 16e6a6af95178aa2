import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Link, Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSocket } from '@/testing/fake-socket';
import { makeExecution, makeMe, makePin, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import { CanvasProvider } from '../canvas/canvas-provider';
import { EditorProvider, useEditor, useEditorActions } from '../provider';
import { RunBar } from './run-bar';
import { RunPanel } from './run-panel';
import { useRun } from './store';

const workflow = makeWorkflow();
const first = useRun.getState();

beforeEach(() => useRun.setState(first, true));

/** Stands for the canvas: says what is selected, selects, and edits. */
function Canvas() {
  const selection = useEditor((state) => state.selection);
  const actions = useEditorActions();
  const rename = (): boolean =>
    actions.edit([{ op: 'node.patch', id: 'tell', set: { '/data/config/url': 'x' } }], 'edit');
  return (
    <>
      <output data-testid="selection">{[...selection].join(' ')}</output>
      {['push', 'is-main', 'tell'].map((id) => (
        <button key={id} type="button" onClick={() => actions.select([id])}>
          select {id}
        </button>
      ))}
      <button type="button" onClick={rename}>
        edit
      </button>
    </>
  );
}

function open(more: Partial<World> = {}, search = '') {
  const world = serve({ workflows: [workflow], ...more });
  const page = renderAt(
    `/workflows/${workflow.id}${search}`,
    <EditorProvider workflow={more.workflows?.[0] ?? workflow}>
      <CanvasProvider>
        <RunBar />
        <Canvas />
        <RunPanel />
      </CanvasProvider>
    </EditorProvider>,
  );
  const executed = () => world.sent.filter(({ path }) => path.endsWith('/execute')).at(-1)?.body;
  return { world, executed, ...page };
}

const failing = makeExecution({
  workflow_id: workflow.id,
  version_id: `${workflow.id}-v3`,
  status: 'failed',
  trigger: { body: { ref: 'refs/heads/main' } },
  steps: [
    makeStep({ output: { body: { ref: 'refs/heads/main' } } }),
    makeStep({
      node_id: 'is-main',
      node_type: 'control:if',
      port: 'true',
      output: { result: true },
    }),
    makeStep({
      node_id: 'tell',
      node_type: 'action:http',
      status: 'failed',
      attempt: 3,
      output: null,
      input: { method: 'POST', url: 'http://127.0.0.1:8002/deploys' },
      error: { code: 'http_503', message: 'The server answered 503.', status: 503 },
    }),
  ],
});
const SHOW = `?execution=${failing.id}`;
const key = (name: string, held: object = {}): void =>
  void fireEvent.keyDown(document.body, { key: name, ...held });

describe('running the draft', () => {
  it('starts by the button with no data, shows the execution in the address, and becomes Stop', async () => {
    const { user, executed, address, world } = open();
    await user.click(await screen.findByRole('button', { name: 'Run', busy: false }));
    await screen.findByRole('button', { name: 'Stop' });

    expect(executed()).toEqual({ draft: true, input: {}, trigger_node: 'push' });
    expect(address()).toBe(`/workflows/${workflow.id}?execution=${world.executions[0]?.id}`);
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(world.executions[0]?.status).toBe('cancelling'));
  });

  it('starts by its key with the data of the latest execution', async () => {
    const { executed } = open({ executions: [failing] });
    await screen.findByRole('button', { name: /^Show the latest run/ });
    await waitFor(() => {
      key('Enter', { ctrlKey: true });
      expect(executed()).toEqual({ draft: true, trigger_node: 'push', execution_id: failing.id });
    });
  });

  it('asks for what the trigger’s form needs, and shows the server’s word at its field', async () => {
    const schema = {
      type: 'object',
      properties: {
        email: { type: 'string', title: 'E-mail', format: 'email' },
        count: { type: 'integer' },
      },
      required: ['email'],
    };
    const start = {
      id: 'start',
      type: 'trigger:manual',
      data: { name: 'Start', config: { input_schema: schema } },
    };
    const asking = makeWorkflow({ definition: { nodes: [start], edges: [] } });
    const { user, executed } = open({ workflows: [asking] });
    await user.click(await screen.findByRole('button', { name: 'Run', busy: false }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Run with data' }));
    server.use(
      http.post(
        '*/execute',
        () =>
          problem(422, 'input_invalid', 'The input is not what the trigger’s form says.', [
            { path: '/input/email', code: 'format', message: 'This is no address.' },
          ]),
        { once: true },
      ),
    );
    await user.type(dialog.getByLabelText('E-mail'), 'ada');
    await user.click(dialog.getByRole('button', { name: 'Run' }));
    await dialog.findByText('This is no address.');

    await user.type(dialog.getByLabelText('E-mail'), '@x.test');
    await user.type(dialog.getByLabelText('count (optional)'), '3');
    await user.click(dialog.getByRole('button', { name: 'Run' }));
    await screen.findByRole('button', { name: 'Stop' });
    expect(executed()).toMatchObject({ input: { email: 'ada@x.test', count: 3 } });
  });

  it('is refused to who may not, and says so', async () => {
    const me = makeMe({ permissions: ['workflow.read', 'execution.read'] });
    open({ me });
    const button = await screen.findByRole('button', { name: 'Run', busy: false });
    await waitFor(() => expect(button).toBeDisabled());
    expect(button).toHaveAttribute('title', 'Your role may not run workflows.');
    expect(
      screen.getByText(/^Your role may not run workflows. Choose an earlier run/),
    ).toBeVisible();
  });
});

describe('whoever goes elsewhere while it starts', () => {
  it('is not brought back', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const world = serve({ workflows: [workflow] });
    server.use(
      http.post('*/execute', async () => {
        await answered;
        return HttpResponse.json({ execution_id: 'late' }, { status: 202 });
      }),
    );
    const { user, address } = renderAt(
      `/workflows/${workflow.id}`,
      <>
        <Link to="/executions">Leave</Link>
        <Routes>
          <Route
            path="/workflows/:id"
            element={
              <EditorProvider workflow={workflow}>
                <CanvasProvider>
                  <RunBar />
                  <RunPanel />
                </CanvasProvider>
              </EditorProvider>
            }
          />
          <Route path="*" element={null} />
        </Routes>
      </>,
    );
    await user.click(await screen.findByRole('button', { name: 'Run', busy: false }));
    await waitFor(() => expect(useRun.getState().isStarting).toBe(true));
    await user.click(screen.getByRole('link', { name: 'Leave' }));
    answer();
    await waitFor(() => expect(useRun.getState().isStarting).toBe(false));

    expect(address()).toBe('/executions');
    expect(world.workflows).toHaveLength(1);
  });
});

describe('running a part', () => {
  it('runs the selected node, and up to it, with the shown execution’s data', async () => {
    const { user, executed } = open({ executions: [failing] }, SHOW);
    await screen.findByText('503 · http_503');
    await user.click(screen.getByRole('button', { name: 'select is-main' }));
    key('Enter', { altKey: true });
    await waitFor(() =>
      expect(executed()).toEqual({
        draft: true,
        part: 'only',
        node_id: 'is-main',
        execution_id: failing.id,
      }),
    );
    await waitFor(() => expect(useRun.getState().isStarting).toBe(false));
    key('Enter', { ctrlKey: true, shiftKey: true });
    await waitFor(() => expect(executed()).toMatchObject({ part: 'until', node_id: 'is-main' }));
  });

  it('does not run a trigger', async () => {
    const { user, world } = open({ executions: [failing] }, SHOW);
    await user.click(await screen.findByRole('button', { name: 'select push' }));
    key('Enter', { altKey: true });
    expect(world.sent).toEqual([]);
  });
});

describe('a failure', () => {
  it('selects its node by itself, once, and says what happened', async () => {
    const { user } = open({ executions: [failing] }, SHOW);
    await screen.findByText('503 · http_503');
    expect(screen.getByTestId('selection')).toHaveTextContent('tell');
    expect(screen.getByText('The server answered 503.')).toBeVisible();
    expect(screen.getByText(/3 attempts/)).toBeVisible();

    await user.click(screen.getByRole('button', { name: 'select is-main' }));
    expect(screen.getByTestId('selection')).toHaveTextContent('is-main');
  });

  it('waits for a hand that writes before it selects its node', async () => {
    const running = makeExecution({ ...failing, id: 'live-2', status: 'running', steps: [] });
    const { user, world } = open({ executions: [running] }, '?execution=live-2');
    await user.click(await screen.findByRole('button', { name: 'select push' }));
    const field = document.body.appendChild(document.createElement('input'));
    await user.type(field, 'a name');

    world.executions[0] = { ...failing, id: 'live-2', seq: 9 };
    const socket = FakeSocket.all.findLast(({ url }) => url.endsWith('/ws/executions/live-2'))!;
    act(() => socket.say({ execution: 'live-2', before: 4, seq: 9, status: 'failed', steps: [] }));
    await screen.findAllByText('Failed');
    expect(screen.getByTestId('selection')).toHaveTextContent('push');

    await waitFor(() => expect(screen.getByTestId('selection')).toHaveTextContent('tell'), {
      timeout: 3_000,
    });
    field.remove();
  });

  it('is mended and retried in five clicks from the red execution: the field, and Retry from here', async () => {
    const { user, executed, address, world } = open({ executions: [failing] }, SHOW);
    let clicks = 1; // Open in editor, on the execution's page.
    const click = async (name: string): Promise<void> => {
      clicks += 1;
      await user.click((await screen.findAllByRole('button', { name })).at(-1)!);
    };
    await screen.findByText('503 · http_503');
    await click('edit'); // Into the field.
    await screen.findByText('You are viewing version 3. The draft has 1 change.');
    await click('Retry from here');
    await waitFor(() =>
      expect(executed()).toEqual({
        draft: true,
        part: 'from',
        node_id: 'tell',
        execution_id: failing.id,
      }),
    );
    await waitFor(() => expect(address()).toContain(world.executions[0]!.id));
    expect(clicks).toBeLessThanOrEqual(6);
  });

  it('can be retried in the version that ran, and with other data', async () => {
    const { user, world } = open({ executions: [failing] }, SHOW);
    await screen.findByText('503 · http_503');
    await user.click(screen.getByRole('button', { name: 'Other ways to retry' }));
    await user.click(
      (await screen.findAllByRole('menuitem', { name: 'From where it failed' }))[0]!,
    );
    await waitFor(() =>
      expect(world.sent.at(-1)).toMatchObject({
        path: `/api/v1/executions/${failing.id}/retry`,
        body: { start_at: 'failed', version: 'same' },
      }),
    );
  });
});

describe('a running execution', () => {
  it('lights up by the socket’s hints and fails where it fails', async () => {
    const running = makeExecution({
      ...failing,
      id: 'live-1',
      status: 'running',
      ended_at: null,
      steps: [
        failing.steps![0]!,
        { ...failing.steps![2]!, status: 'running', error: null, ended_at: null },
      ],
    });
    const { world } = open({ executions: [running] }, '?execution=live-1');
    const nodes = within(await screen.findByRole('list', { name: 'Nodes of this execution' }));
    await nodes.findByRole('button', { name: /^Tell the receiver.*Running/ });

    world.executions[0] = { ...failing, id: 'live-1', seq: 9 };
    const socket = FakeSocket.all.find(({ url }) => url.endsWith('/ws/executions/live-1'))!;
    act(() => socket.say({ execution: 'live-1', before: 4, seq: 9, status: 'failed', steps: [] }));
    await nodes.findByRole('button', { name: /^Tell the receiver.*Failed/ });
    await waitFor(() => expect(screen.getByTestId('selection')).toHaveTextContent('tell'));
  });
});

describe('pins', () => {
  it('are set and removed by one key', async () => {
    const { user, world } = open({ executions: [failing] }, SHOW);
    await screen.findByText('503 · http_503');
    await user.click(screen.getByRole('button', { name: 'select is-main' }));
    await screen.findByRole('button', { name: 'Pin output' });
    key('p');
    await screen.findByRole('button', { name: 'Unpin' });
    expect(world.pins).toMatchObject([
      { node_id: 'is-main', output: { result: true }, port: 'true' },
    ]);
    key('p');
    await screen.findByRole('button', { name: 'Pin output' });
    expect(world.pins).toEqual([]);
  });

  it('are counted in the menu of Run', async () => {
    const { user } = open({ pins: [makePin()] });
    await user.click(await screen.findByRole('button', { name: 'Choose what runs', busy: false }));
    await screen.findByText('1 pinned output is used');
  });
});
