import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
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

    expect(items.map((item) => item.textContent)).toEqual(['From its start', 'From its start']);
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
      ).toEqual(['seen it', 'odd']),
    );
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
