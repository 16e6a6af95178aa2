import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ago, makeExecution, makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import WorkflowsPage from './components/workflows-page';

const demo = (id: string) => <span>demo of {id}</span>;

const open = (path = '/workflows') =>
  renderAt(
    path,
    <Routes>
      <Route path="/workflows" element={<WorkflowsPage demo={demo} />} />
      <Route path="*" element={null} />
    </Routes>,
  );

const rowOf = async (name: string): Promise<HTMLElement> => {
  const link = await screen.findByRole('link', { name });
  return link.closest<HTMLElement>('[role=row]')!;
};

describe('the list of workflows', () => {
  it('tells name, trigger, state and last execution of each', async () => {
    const workflow = makeWorkflow({ name: 'Deploy on push', live_version: 12 });
    const ran = { workflow_id: workflow.id, created_at: ago(180) };
    serve({
      workflows: [
        workflow,
        makeWorkflow({ name: 'Onboard', is_active: false, live_version: null, triggers: [] }),
      ],
      executions: [
        makeExecution({ ...ran, status: 'failed' }),
        makeExecution(ran),
        makeExecution(ran),
      ],
    });
    open();

    const row = within(await rowOf('Deploy on push'));
    expect(row.getByText('Webhook')).toBeVisible();
    expect(row.getByText('Live · v12')).toBeVisible();
    expect(row.getByText(`demo of ${workflow.id}`)).toBeVisible();
    expect(await row.findByRole('link', { name: /Failed.*3 min\. ago/ })).toBeVisible();
    expect(row.getByRole('img', { name: 'In 14 days 2 completed, 1 failed' })).toBeVisible();
    const other = within(await rowOf('Onboard'));
    expect(other.getByText('Draft')).toBeVisible();
    expect(other.getByText('No trigger')).toBeVisible();
    expect(await other.findByText('Never')).toBeVisible();
  });

  it('starts an execution with the given input and goes to it', async () => {
    const workflow = makeWorkflow({ name: 'Deploy on push' });
    const world = serve({ workflows: [workflow] });
    const { user, address } = open();

    await user.click(await screen.findByRole('button', { name: 'Run Deploy on push' }));
    const input = await screen.findByLabelText('Input');
    await user.clear(input);
    await user.click(input);
    await user.paste('{"branch": "main"}');
    await user.click(screen.getByRole('button', { name: 'Run' }));

    await waitFor(() => expect(address()).toBe(`/executions/${world.executions[0]?.id ?? ''}`));
    expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
      [`/api/v1/workflows/${workflow.id}/execute`, { input: { branch: 'main' } }],
    ]);
    expect(world.sent[0]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('does not send input that is no JSON', async () => {
    const world = serve({ workflows: [makeWorkflow({ name: 'Deploy on push' })] });
    const { user } = open();

    await user.click(await screen.findByRole('button', { name: 'Run Deploy on push' }));
    await user.type(await screen.findByLabelText('Input'), 'oops');

    expect(screen.getByText('This is not JSON.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Run' })).toBeDisabled();
    expect(world.sent).toEqual([]);
  });

  it('gives the reason why a workflow cannot run', async () => {
    serve({
      me: makeMe({ permissions: ['workflow.read'] }),
      workflows: [makeWorkflow({ name: 'Deploy' })],
    });
    open();

    const button = await screen.findByRole('button', { name: 'Run Deploy' });
    expect(button).toBeDisabled();
    expect(button).toHaveAttribute('title', 'Your role may not run workflows.');
    expect(screen.queryByRole('button', { name: 'New workflow' })).not.toBeInTheDocument();
  });

  it('filters by name in the address, and offers the way back from nothing', async () => {
    serve({ workflows: [makeWorkflow({ name: 'Deploy' }), makeWorkflow({ name: 'Refund' })] });
    const { user, address } = open();
    await screen.findByRole('link', { name: 'Deploy' });

    await user.keyboard('/');
    await user.keyboard('ref');
    expect(address()).toBe('/workflows?q=ref');
    expect(screen.queryByRole('link', { name: 'Deploy' })).not.toBeInTheDocument();

    await user.keyboard('x');
    expect(await screen.findByText('No workflow is called “refx”.')).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: 'Clear the filters' })[0]!);
    expect(await screen.findByRole('link', { name: 'Deploy' })).toBeVisible();
  });

  it('is walked by J and K, and by arrows', async () => {
    serve({ workflows: [makeWorkflow({ name: 'One' }), makeWorkflow({ name: 'Two' })] });
    const { user } = open();
    await screen.findByRole('link', { name: 'One' });

    await user.keyboard('jj');
    expect(screen.getByRole('link', { name: 'Two' })).toHaveFocus();
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('link', { name: 'One' })).toHaveFocus();
  });

  it('leaves the focus in the filter while rows come and go', async () => {
    serve({ workflows: [makeWorkflow({ name: 'One' }), makeWorkflow({ name: 'Two' })] });
    const { user } = open();
    await screen.findByRole('link', { name: 'One' });

    await user.keyboard('j/two');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    expect(screen.getByRole('searchbox')).toHaveValue('two');
  });

  it('teaches the next step where there is none yet', async () => {
    const world = serve();
    const { user } = open();

    expect(await screen.findByText('No workflow yet')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Start from an example' }));
    await waitFor(() => expect(world.workflows.map(({ name }) => name)).toEqual(['Greeting']));
  });

  it('says what failed, with the request to ask about, and tries again', async () => {
    serve({ workflows: [makeWorkflow({ name: 'Deploy' })] });
    let isBroken = true;
    server.use(
      http.get('*/api/v1/workflows', () =>
        isBroken ? problem(500, 'internal', 'The database is away.') : undefined,
      ),
    );
    const { user } = open();

    expect(await screen.findByText('The database is away.')).toBeVisible();
    expect(screen.getByText('Request req-test-1')).toBeVisible();
    isBroken = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Deploy' })).toBeVisible();
  });

  it('tells apart a refusal and a server that does not answer', async () => {
    server.use(http.get('*/api/v1/*', () => problem(403, 'forbidden', 'No.')));
    const { unmount } = open();
    expect(await screen.findByText('You may not see this')).toBeVisible();
    unmount();

    server.use(http.get('*/api/v1/*', () => HttpResponse.error()));
    open();
    expect(
      await screen.findByText('The server does not answer. It is asked again when you try.'),
    ).toBeVisible();
  });
});
