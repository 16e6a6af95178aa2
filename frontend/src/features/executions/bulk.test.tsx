import { QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import type { ReactNode } from 'react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { makeQueryClient } from '@/lib/query';
import { makeExecution, makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import { refusalsOf, useBulk } from './bulk';
import ExecutionsPage from './components/executions-page';

const workflow = makeWorkflow({ name: 'Deploy on push' });

const open = async (statuses: readonly ('running' | 'completed' | 'failed')[], more = {}) => {
  const executions = statuses.map((status) => makeExecution({ workflow_id: workflow.id, status }));
  const world = serve({ workflows: [workflow], executions, ...more });
  const { user } = renderAt(
    '/executions',
    <Routes>
      <Route path="/executions" element={<ExecutionsPage />} />
    </Routes>,
  );
  await waitFor(() =>
    expect(screen.getAllByRole('link', { name: 'Deploy on push' })).toHaveLength(statuses.length),
  );
  return { user, world, ids: executions.map(({ id }) => id) };
};

const boxes = (): HTMLElement[] => screen.getAllByRole('checkbox', { name: /^Choose Deploy/ });
const chosen = (): number[] =>
  boxes().flatMap((box, index) => ((box as HTMLInputElement).checked ? [index] : []));
const bodyOf = (world: Awaited<ReturnType<typeof open>>['world']): unknown =>
  world.sent.at(-1)?.body;

describe('choosing executions', () => {
  it('takes one, a range with Shift, and all that are shown', async () => {
    const { user } = await open(['failed', 'failed', 'failed', 'failed']);

    await user.click(boxes()[3]!);
    await user.keyboard('{Shift>}');
    await user.click(boxes()[1]!);
    await user.keyboard('{/Shift}');
    expect(chosen()).toEqual([1, 2, 3]);
    expect(screen.getByText('3 chosen')).toBeVisible();
    const all = screen.getByRole('checkbox', { name: 'Choose all that are shown' });
    expect(all).toBePartiallyChecked();
    await user.click(all);
    expect(chosen()).toEqual([0, 1, 2, 3]);
    await user.click(all);
    expect(chosen()).toEqual([]);
    expect(screen.getByRole('button', { name: /^Status: / })).toBeVisible();
  });

  it('goes by the keyboard alone', async () => {
    const { user } = await open(['failed', 'failed', 'failed', 'failed']);

    await user.keyboard('jx');
    await user.keyboard('jj{Shift>}x{/Shift}');
    expect(chosen()).toEqual([0, 1, 2]);
    await user.keyboard('x');
    expect(chosen()).toEqual([0, 1]);
    await user.keyboard('a');
    expect(chosen()).toEqual([0, 1, 2, 3]);
    await user.keyboard('{Escape}');
    expect(chosen()).toEqual([]);
  });

  it('leads who may only look to nothing but comparing', async () => {
    const { user } = await open(['failed', 'failed'], {
      me: makeMe({ permissions: ['execution.read'] }),
    });

    await user.keyboard('a');
    expect(screen.getByRole('button', { name: 'Compare' })).toBeEnabled();
    for (const name of ['Retry', 'Cancel executions', 'Delete'])
      expect(screen.queryByRole('button', { name })).toBeNull();
  });
});

describe('many executions at once', () => {
  it('are retried as was chosen, and each refusal is told with its reason', async () => {
    const { user, world, ids } = await open(['failed', 'running', 'completed']);

    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Retry 3 executions' }));
    await user.selectOptions(dialog.getByLabelText('Where it begins'), 'From where it failed');
    await user.selectOptions(dialog.getByLabelText('Version'), 'The newest version');
    await user.click(dialog.getByRole('button', { name: 'Retry 3' }));

    expect(await dialog.findByText('2 new executions have started.')).toBeVisible();
    expect(bodyOf(world)).toEqual({ ids, start_at: 'failed', version: 'newest' });
    expect(world.sent.at(-1)?.headers.get('Idempotency-Key')).not.toBeNull();
    expect(dialog.getByText('1 refused:').closest('p')).toHaveTextContent('It has not ended yet.');
    expect(dialog.getByRole('link', { name: 'Deploy on push' })).toHaveAttribute(
      'href',
      `/executions/${ids[1]}`,
    );
    await user.click(dialog.getAllByRole('button', { name: 'Close' }).at(-1)!);
    await waitFor(() => expect(chosen()).toEqual([]));
  });

  it('are cancelled, but only after being asked', async () => {
    const { user, world, ids } = await open(['running', 'completed']);

    await user.click(boxes()[0]!);
    await user.click(screen.getByRole('button', { name: 'Cancel executions' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Cancel 1 execution' }));
    expect(world.sent).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Cancel it' }));

    expect(await dialog.findByText('1 execution is asked to end.')).toBeVisible();
    expect(bodyOf(world)).toEqual({ ids: [ids[0]] });
  });

  it('that were left alone stay chosen', async () => {
    const { user, world } = await open(['running']);

    await user.click(boxes()[0]!);
    await user.click(screen.getByRole('button', { name: 'Cancel executions' }));
    await user.click(await screen.findByRole('button', { name: 'Leave it' }));

    expect(chosen()).toEqual([0]);
    expect(world.sent).toEqual([]);
  });

  it('stay in their dialog until they are answered; those without an answer keep choice and key', async () => {
    const { user } = await open(['failed', 'failed']);
    const keys: (string | null)[] = [];
    let answer = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.post('*/api/v1/executions/retry', async ({ request }) => {
        keys.push(request.headers.get('Idempotency-Key'));
        if (keys.length > 1) return undefined;
        await wait;
        return problem(503, 'unavailable', 'Not now.');
      }),
    );
    const again = async (): Promise<void> => {
      await user.click(screen.getByRole('button', { name: 'Retry' }));
      await user.click(await screen.findByRole('button', { name: 'Retry 2' }));
    };

    await user.keyboard('a');
    await again();
    await waitFor(() => expect(keys).toHaveLength(1));
    await user.keyboard('{Escape}');
    expect(screen.getByRole('dialog')).toBeVisible();
    answer();
    expect(await screen.findByRole('alert')).toHaveTextContent('Not now.');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(chosen()).toEqual([0, 1]);
    await again();

    expect(await screen.findByText('2 new executions have started.')).toBeVisible();
    expect(keys[1]).toBe(keys[0]);
  });

  it('go a hundred at a time; after a failure only those without an answer are sent again', async () => {
    const executions = Array.from({ length: 150 }, () => makeExecution({ status: 'failed' }));
    const world = serve({ executions });
    const ids = executions.map(({ id }) => id);
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={makeQueryClient()}>{children}</QueryClientProvider>
    );
    const { result } = renderHook(() => useBulk(ids), { wrapper });
    const send = (): void =>
      act(() => result.current.mutate({ what: 'retry', start_at: 'start', version: 'same' }));
    let requests = 0;
    server.use(
      http.post('*/api/v1/executions/retry', () => {
        requests += 1;
        return requests === 2 ? problem(503, 'unavailable', 'Not now.') : undefined;
      }),
    );

    send();
    await waitFor(() => expect(result.current.error?.message).toBe('Not now.'));
    await waitFor(() => expect(result.current.left).toBe(50));
    send();
    await waitFor(() => expect(result.current.left).toBe(0));

    const sent = world.sent.map(({ body, headers }) => ({
      count: (body as { ids: string[] }).ids.length,
      key: headers.get('Idempotency-Key'),
    }));
    expect(sent.map(({ count }) => count)).toEqual([100, 50]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
});

describe('what was refused', () => {
  it('stands together by what was said of it, the commonest first', () => {
    const of = (id: string, message: string) => ({
      id,
      execution_id: null,
      code: message === '' ? '' : 'no',
      message,
    });

    expect(refusalsOf([of('a', 'Gone.'), of('b', ''), of('c', 'Live.'), of('d', 'Live.')])).toEqual(
      [
        { message: 'Live.', ids: ['c', 'd'] },
        { message: 'Gone.', ids: ['a'] },
      ],
    );
  });
});
