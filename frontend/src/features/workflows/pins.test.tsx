import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import {
  makeExecution,
  makeMe,
  makeNodeType,
  makePin,
  makeStep,
  makeWorkflow,
} from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import WorkflowPage from './components/workflow-page';

const workflow = makeWorkflow();
const slots = { demo: () => null, webhooks: () => null, latest: () => null };

const open = (more: Partial<World> = {}) => {
  const world = serve({ workflows: [workflow], ...more });
  const { user, address } = renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<WorkflowPage slots={slots} />} />
      <Route path="*" element={null} />
    </Routes>,
  );
  const choose = async (name: RegExp): Promise<void> => {
    fireEvent.click(await screen.findByRole('button', { name }));
  };
  return { world, user, address, choose };
};

const TELL = /^Tell the receiver ?HTTP/;
const past = makeExecution({
  workflow_id: workflow.id,
  steps: [
    makeStep(),
    makeStep({ node_id: 'tell', node_type: 'action:http', output: { status: 201 }, port: 'error' }),
  ],
});
const dialog = async () =>
  within(await screen.findByRole('dialog', { name: 'Pin the output of Tell the receiver' }));

describe('pinning an output', () => {
  it('takes what the node gave in the latest execution, with its port', async () => {
    const type = makeNodeType({ ports: ['ok', 'error'] });
    const { world, user, choose } = open({ executions: [past], nodeTypes: [type] });
    await choose(TELL);

    await user.click(screen.getByRole('button', { name: 'Pin an output' }));
    const form = await dialog();
    await waitFor(() =>
      expect(form.getByRole('button', { name: 'Take its output' })).toBeEnabled(),
    );
    await user.click(form.getByRole('button', { name: 'Take its output' }));
    expect(form.getByLabelText('It leaves by')).toHaveValue('error');
    await user.click(form.getByRole('button', { name: 'Pin' }));

    expect(await screen.findByText('Pinned')).toBeVisible();
    expect(world.sent.at(-1)).toMatchObject({
      path: `/api/v1/workflows/${workflow.id}/pins/tell`,
      body: { output: { status: 201 }, port: 'error' },
    });
    expect(
      await screen.findByRole('button', { name: /^Tell the receiver ?HTTP, pinned/ }),
    ).toBeVisible();
  });

  it('takes what somebody types, once it is JSON', async () => {
    const { world, user, choose } = open();
    await choose(TELL);

    await user.click(screen.getByRole('button', { name: 'Pin an output' }));
    const form = await dialog();
    expect(
      await form.findByText('This workflow has not run yet, so type the output.'),
    ).toBeVisible();
    expect(form.getByRole('button', { name: 'Pin' })).toBeDisabled();
    fireEvent.change(form.getByLabelText('Output'), { target: { value: '[1' } });
    expect(form.getByText('This is not JSON.')).toBeVisible();
    fireEvent.change(form.getByLabelText('Output'), { target: { value: '[1]' } });
    await user.click(form.getByRole('button', { name: 'Pin' }));

    await waitFor(() => expect(world.sent.at(-1)?.body).toEqual({ output: [1], port: '' }));
  });

  it('says so where the node gave nothing, and why a pin was refused', async () => {
    const { user, choose } = open({ executions: [makeExecution({ workflow_id: workflow.id })] });
    server.use(
      http.put('*/api/v1/workflows/:id/pins/:node', () =>
        problem(413, 'too_large', 'A pinned output takes at most 1 MiB.'),
      ),
    );
    await choose(TELL);

    await user.click(screen.getByRole('button', { name: 'Pin an output' }));
    const form = await dialog();
    expect(await form.findByText('This node gave nothing in that execution.')).toBeVisible();
    fireEvent.change(form.getByLabelText('Output'), { target: { value: '1' } });
    await user.click(form.getByRole('button', { name: 'Pin' }));

    expect(await form.findByRole('alert')).toHaveTextContent(
      'A pinned output takes at most 1 MiB.',
    );
  });
});

describe('a pinned output', () => {
  it('is shown, listed and removed, also of a node that is gone', async () => {
    const pins = [makePin(), makePin({ node_id: 'old' })];
    const { world, user, choose } = open({ pins });
    await choose(TELL);

    expect(await screen.findByText('old, which the draft no longer has')).toBeVisible();
    expect(screen.getByText('200')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Unpin old' }));
    await waitFor(() => expect(world.pins.map((pin) => pin.node_id)).toEqual(['tell']));
    await user.click(screen.getByRole('button', { name: 'Unpin' }));

    expect(await screen.findByRole('button', { name: 'Pin an output' })).toBeVisible();
    expect(screen.queryByText('Pinned outputs')).not.toBeInTheDocument();
  });

  it('that did not come does not look like none: it says so, and is asked for again', async () => {
    const refuse = http.get(
      '*/api/v1/workflows/:id/pins',
      () => problem(503, 'unavailable', 'The database does not answer.'),
      { once: true },
    );
    const { user, choose } = open({ pins: [makePin()] });
    server.use(refuse);
    await choose(TELL);

    expect(await screen.findByRole('alert')).toHaveTextContent('The database does not answer.');
    expect(await screen.findByRole('button', { name: 'Run this node' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Pin an output' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await screen.findByText('Pinned')).toBeVisible();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('belongs to the draft: a published version shows none', async () => {
    const { user, choose } = open({ pins: [makePin()] });
    await choose(TELL);
    expect(await screen.findByText('Pinned')).toBeVisible();

    await user.click(screen.getByRole('button', { name: /^Draft/ }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Version 2' }));

    await waitFor(() => expect(screen.queryByText('Pinned')).not.toBeInTheDocument());
    expect(screen.queryByRole('button', { name: 'Run this node' })).not.toBeInTheDocument();
  });
});

describe('trying a part of the draft', () => {
  it.each([
    ['Run this node', 'only'],
    ['Run up to here', 'until'],
    ['Run from here', 'from'],
  ])('%s takes the data of the latest execution', async (button, part) => {
    const { world, user, choose, address } = open({ executions: [past] });
    await choose(TELL);
    await waitFor(() => expect(screen.getByLabelText('Data of a test run')).toHaveValue(past.id));

    await user.click(screen.getByRole('button', { name: button }));

    await waitFor(() => expect(address()).toBe(`/executions/${world.executions[0]?.id}`));
    expect(world.sent.at(-1)).toMatchObject({
      path: `/api/v1/workflows/${workflow.id}/execute`,
      body: { draft: true, part, node_id: 'tell', execution_id: past.id },
    });
  });

  it('runs one part at a time', async () => {
    const { user, choose } = open({ executions: [past] });
    server.use(
      http.post('*/api/v1/workflows/:id/execute', () => new Promise<never>(() => undefined)),
    );
    await choose(TELL);

    await user.click(screen.getByRole('button', { name: 'Run up to here' }));

    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Run this node' })).toBeDisabled(),
    );
    expect(screen.getByRole('button', { name: 'Run from here' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Run up to here' })).toHaveAttribute('aria-disabled');
  });

  it('takes typed data where no execution is chosen', async () => {
    const { world, user, choose } = open();
    await choose(TELL);
    const input = await screen.findByLabelText('Data of the trigger');

    fireEvent.change(input, { target: { value: '{"body": 1' } });
    expect(screen.getByRole('button', { name: 'Run up to here' })).toBeDisabled();
    fireEvent.change(input, { target: { value: '{"body": 1}' } });
    await user.click(screen.getByRole('button', { name: 'Run up to here' }));

    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({
        draft: true,
        part: 'until',
        node_id: 'tell',
        input: { body: 1 },
      }),
    );
  });

  it('says what lacks an output, and what helps', async () => {
    const { user, choose } = open();
    server.use(
      http.post('*/api/v1/workflows/:id/execute', () =>
        problem(422, 'data_missing', 'There is no output of “is-main”.'),
      ),
    );
    await choose(TELL);

    await user.click(screen.getByRole('button', { name: 'Run this node' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'There is no output of “is-main”. Pin it, or choose an execution that has it.',
    );
  });

  it('is offered of no trigger, and to nobody who may not', async () => {
    const { choose } = open({ me: makeMe({ permissions: ['workflow.read', 'execution.read'] }) });

    await choose(/^GitHub push ?Webhook/);
    expect(await screen.findByRole('heading', { name: 'GitHub push' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Run from here' })).not.toBeInTheDocument();
    await choose(TELL);
    expect(await screen.findByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Run from here' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Pin an output' })).not.toBeInTheDocument();
  });
});
