import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeExecution, makeId, makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import ExecutionsPage from './components/executions-page';

const workflow = makeWorkflow({ name: 'Deploy on push' });
const many = (count: number, status: 'failed' | 'running' = 'failed') =>
  Array.from({ length: count }, () => makeExecution({ workflow_id: workflow.id, status }));

const made = (more: Partial<World['wishes'][number]> = {}): World['wishes'][number] => ({
  id: makeId(),
  action: 'delete',
  status: 'running',
  filter: { status: [], workflow_id: null, error: null },
  expected: 120,
  has_more: false,
  done: 50,
  refused: [],
  reason: '',
  created_at: new Date().toISOString(),
  ended_at: null,
  ...more,
});

const open = async (world: Partial<World> = {}, path = '/executions') => {
  const served = serve({ workflows: [workflow], executions: many(60), ...world });
  const { user } = renderAt(
    path,
    <Routes>
      <Route path="/executions" element={<ExecutionsPage />} />
    </Routes>,
  );
  await screen.findAllByRole('link', { name: 'Deploy on push' });
  return { user, world: served };
};

beforeEach(() => localStorage.clear());

describe('all that fit', () => {
  it('are offered once all that are shown are chosen, and wished with the filter', async () => {
    const { user, world } = await open({}, '/executions?status=failed');
    expect(screen.queryByRole('button', { name: 'Choose all that fit' })).toBeNull();

    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Choose all that fit' }));
    expect(await screen.findByText('All 60 that fit')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Delete all that fit' }));
    expect(await dialog.findByText('60 executions fit now.')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Delete all' }));

    expect(await screen.findByText('0 of 60 done')).toBeVisible();
    const { path, body, headers } = world.sent.at(-1)!;
    expect([path, body]).toEqual(['/api/v1/executions/wishes/delete', { status: ['failed'] }]);
    expect(headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(screen.getByRole('button', { name: /^Status: / })).toBeVisible();
  });

  it('are no longer meant when a row is left', async () => {
    const { user } = await open();
    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Choose all that fit' }));
    await screen.findByText('All 60 that fit');

    await user.click(screen.getAllByRole('checkbox', { name: /^Choose Deploy/ })[0]!);

    expect(screen.getByText('49 chosen')).toBeVisible();
  });

  it('are retried from where they failed', async () => {
    const { user, world } = await open({}, `/executions?workflow=${workflow.id}`);
    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Choose all that fit' }));
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.selectOptions(dialog.getByLabelText('Where it begins'), 'failed');
    await user.click(dialog.getByRole('button', { name: 'Retry all' }));

    await waitFor(() => expect(world.wishes).toHaveLength(1));
    expect(world.sent.at(-1)?.body).toEqual({
      status: [],
      workflow_id: workflow.id,
      start_at: 'failed',
      version: 'same',
    });
  });

  it('are not offered where the list shows all of them', async () => {
    const { user } = await open({ executions: many(3) });
    await user.keyboard('a');

    expect(screen.getByText('3 chosen')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Choose all that fit' })).toBeNull();
  });

  it('stay chosen when the wish is refused, which says why', async () => {
    const { user } = await open();
    server.use(
      http.post('*/api/v1/executions/wishes/cancel', () =>
        problem(409, 'wishes_full', '5 such wishes are under way.'),
      ),
    );
    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Choose all that fit' }));
    await user.click(screen.getByRole('button', { name: 'Cancel executions' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel all' }));

    expect(await screen.findByText('5 such wishes are under way.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Leave it' }));
    expect(screen.getByText('All 60 that fit')).toBeVisible();
  });
});

describe('a wish', () => {
  it('shows how far it is, and is stopped', async () => {
    const { user, world } = await open({
      wishes: [made({ refused: [{ code: 'x', count: 4, message: 'No.' }] })],
    });

    expect(await screen.findByText('54 of 120 done')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Stop' }));

    expect(await screen.findByText(/^Stopped:/)).toBeVisible();
    expect(world.sent.at(-1)?.path).toMatch(/\/stop$/);
  });

  it('says what it came to until that is put away, also on another day', async () => {
    const done = made({
      status: 'completed',
      done: 116,
      refused: [{ code: 'still_running', count: 4, message: 'Its caller still runs.' }],
    });
    const { user } = await open({ wishes: [done] });

    expect(await screen.findByText(/116 executions are deleted/)).toBeVisible();
    expect(screen.getByText('4 refused: Its caller still runs.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Put away' }));
    expect(screen.queryByText(/116 executions/)).toBeNull();
    expect(localStorage.getItem('gorax.wishes-seen')).toBe(done.id);
  });

  it('that ended early says why', async () => {
    await open({ wishes: [made({ status: 'failed', reason: 'forbidden' })] });

    expect(await screen.findByText(/you may not do this any more/)).toBeVisible();
  });

  it('is not asked for by who may only look', async () => {
    await open({ me: makeMe({ permissions: ['execution.read'] }), wishes: [made()] });

    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
  });
});
