import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { FakeSocket } from '@/testing/fake-socket';
import { makeExecution, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ExecutionsPage from './components/executions-page';

const open = (path = '/executions') =>
  renderAt(
    path,
    <Routes>
      <Route path="/executions" element={<ExecutionsPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );

const workflow = makeWorkflow({ name: 'Deploy on push' });
const other = makeWorkflow({ name: 'Refund triage' });
const workflows = [workflow, other];
const make = (more = {}) => makeExecution({ workflow_id: workflow.id, ...more });

const rows = (): HTMLElement[] =>
  within(screen.getAllByRole('rowgroup').at(-1)!).getAllByRole('row');

describe('the list of executions', () => {
  it('tells workflow, status, trigger, start and duration of each', async () => {
    const created_at = new Date(Date.now() - 180_000).toISOString();
    const ended_at = new Date(Date.parse(created_at) + 2_300).toISOString();
    serve({
      workflows,
      executions: [make({ status: 'failed', created_at, started_at: created_at, ended_at })],
    });
    open();

    const row = within(
      (await screen.findByRole('link', { name: 'Deploy on push' })).closest<HTMLElement>(
        '[role=row]',
      )!,
    );
    expect(row.getByText('Failed')).toBeVisible();
    expect(row.getByText('Webhook')).toBeVisible();
    expect(row.getByText('3 min. ago')).toBeVisible();
    expect(row.getByText('2.3 s')).toBeVisible();
  });

  it('keeps its filters in the address and asks the server for what they say', async () => {
    const executions = [
      make({ status: 'failed' }),
      make(),
      makeExecution({ workflow_id: other.id, status: 'failed' }),
    ];
    serve({ workflows, executions });
    const { user, address } = open('/executions?status=failed');
    await waitFor(() => expect(rows()).toHaveLength(2));

    await user.click(screen.getByRole('button', { name: /^Workflow: / }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Refund triage' }));

    await waitFor(() => expect(address()).toBe(`/executions?status=failed&workflow=${other.id}`));
    await waitFor(() => expect(rows()).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Clear the filters' }));
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  it('says when nothing matches, and passes over a status that does not exist', async () => {
    serve({ workflows, executions: [make()] });
    const { user } = open('/executions?status=failed');

    expect(await screen.findByText('No execution matches')).toBeVisible();
    await user.click(screen.getAllByRole('button', { name: 'Clear the filters' })[0]!);
    expect(await screen.findByRole('link', { name: 'Deploy on push' })).toBeVisible();
  });

  it('searches in errors, and keeps the words in the address', async () => {
    const error = { code: 'http_503', message: 'The server answered 503.' };
    serve({ workflows, executions: [make({ status: 'failed', error }), make()] });
    const { user, address } = open();
    await waitFor(() => expect(rows()).toHaveLength(2));

    await user.keyboard('/answered 503');

    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(address()).toBe('/executions?error=answered+503');
    await user.keyboard(' never');
    expect(await screen.findByText('No execution matches')).toBeVisible();
  });

  it('deletes what is chosen after one question, and says which have not ended', async () => {
    const running = make({ status: 'running', ended_at: null });
    const world = serve({ workflows, executions: [make(), running, make()] });
    const { user } = open();
    await waitFor(() => expect(rows()).toHaveLength(3));

    await user.keyboard('a');
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete 3' }));

    const dialog = within(screen.getByRole('dialog'));
    expect(await dialog.findByText('2 executions are deleted.')).toBeVisible();
    expect(dialog.getByText('It has not ended yet.')).toBeVisible();
    expect(world.executions).toEqual([running]);
    await user.click(dialog.getAllByRole('button', { name: 'Close' }).at(-1)!);
    await waitFor(() => expect(rows()).toHaveLength(1));
  });

  it('loads the next page when its end comes near', async () => {
    const executions = Array.from({ length: 120 }, () => make());
    serve({ workflows, executions });
    const cursors: (string | null)[] = [];
    server.use(
      http.get('*/api/v1/executions', ({ request }) => {
        const { searchParams } = new URL(request.url);
        if (searchParams.get('limit') === '50') cursors.push(searchParams.get('cursor'));
        return undefined;
      }),
    );
    const { container } = open();
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));

    const scroller = container.querySelector('.overflow-y-auto')!;
    act(() => {
      Object.assign(scroller, { scrollTop: 44 * 40 });
      scroller.dispatchEvent(new Event('scroll'));
    });

    await waitFor(() => expect(cursors).toEqual([null, '50']));
  });

  it('lets new executions wait in a pill while somebody reads, and brings them in on a click', async () => {
    const world = serve({ workflows, executions: [make()] });
    const { user } = open();
    const link = await screen.findByRole('link', { name: 'Deploy on push' });
    link.focus();

    world.executions.unshift(makeExecution({ workflow_id: other.id }), make());
    act(() => {
      FakeSocket.last.onopen?.();
      FakeSocket.last.say({ execution: 'x', before: 0, seq: 1, status: 'queued', steps: [] });
    });
    const pill = await screen.findByRole('button', { name: 'Show 2 new executions' });
    expect(rows()).toHaveLength(1);
    await user.click(pill);

    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(screen.queryByText('2 new')).not.toBeInTheDocument();
  });

  it('shows new ones at once where nobody reads, and none while it is paused', async () => {
    const world = serve({ workflows, executions: [make()] });
    const { user } = open();
    await screen.findByRole('link', { name: 'Deploy on push' });
    const news = (): void =>
      FakeSocket.last.say({ execution: 'x', before: 0, seq: 1, status: 'queued', steps: [] });

    world.executions.unshift(make());
    act(news);
    await waitFor(() => expect(rows()).toHaveLength(2));

    await user.click(screen.getByRole('button', { name: 'Pause live updates' }));
    expect(FakeSocket.last.isClosed).toBe(true);
    expect(screen.getByRole('button', { name: 'Resume live updates' })).toBeVisible();
  });

  it('brings new ones in on top without taking the others away, also more than one request tells', async () => {
    const first = make();
    const world = serve({ workflows, executions: [first] });
    const { user, container } = open();
    const link = await screen.findByRole('link', { name: 'Deploy on push' });
    link.focus();

    for (let count = 30; count > 0; count -= 1) world.executions.unshift(make());
    act(() =>
      FakeSocket.last.say({ execution: 'x', before: 0, seq: 1, status: 'queued', steps: [] }),
    );
    await user.click(await screen.findByRole('button', { name: 'Show 25 new executions' }));
    expect(container.querySelector('[aria-busy]')).toBeNull();

    await waitFor(() => expect(rows()).toHaveLength(31));
    expect(link).toBeVisible();
    expect(screen.queryByRole('button', { name: /new execution/ })).toBeNull();
  });

  it('asks once for a page that does not come, keeps its rows, and asks again on a click', async () => {
    serve({ workflows, executions: Array.from({ length: 60 }, () => make()) });
    let asked = 0;
    let isBroken = true;
    server.use(
      http.get('*/api/v1/executions', ({ request }) => {
        if (new URL(request.url).searchParams.get('cursor') === null) return undefined;
        asked += 1;
        return isBroken ? problem(500, 'internal', 'The database is away.') : undefined;
      }),
    );
    const { user, container } = open();
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    const scroller = container.querySelector('.overflow-y-auto')!;
    act(() => {
      Object.assign(scroller, { scrollTop: 44 * 40 });
      scroller.dispatchEvent(new Event('scroll'));
    });

    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The next rows did not come. The database is away.');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBe(1);
    expect(screen.queryByText('This did not load')).toBeNull();
    isBroken = false;
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('That is all.')).toBeVisible();
    expect(asked).toBe(2);
  });

  it('is walked by J and K, out of view too, and gives the focus to no row by itself', async () => {
    serve({ workflows, executions: Array.from({ length: 50 }, () => make()) });
    const { user, container } = open();
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    const idOf = (): string | undefined => (document.activeElement as HTMLElement).dataset.row;

    await user.keyboard('jj');
    const second = idOf();
    expect(rows()[1]).toContainElement(document.activeElement as HTMLElement);
    const button = screen.getByRole('button', { name: 'Pause live updates' });
    button.focus();
    const scroller = container.querySelector('.overflow-y-auto')!;
    for (const scrollTop of [44 * 40, 0]) {
      act(() => {
        Object.assign(scroller, { scrollTop });
        scroller.dispatchEvent(new Event('scroll'));
      });
    }
    expect(button).toHaveFocus();
    await user.keyboard('k');
    expect(idOf()).not.toBe(second);
    expect(rows()[0]).toContainElement(document.activeElement as HTMLElement);
  });

  it('renews the status of a row without moving it', async () => {
    const running = make({ status: 'running', ended_at: null });
    const world = serve({ workflows, executions: [make(), running] });
    open();
    expect(await screen.findByText('Running')).toBeVisible();

    Object.assign(world.executions[1]!, {
      status: 'completed',
      ended_at: new Date().toISOString(),
    });
    act(() =>
      FakeSocket.last.say({ execution: 'x', before: 3, seq: 4, status: 'completed', steps: [] }),
    );

    await waitFor(() => expect(within(rows()[1]!).getByText('Completed')).toBeVisible());
  });

  it('is empty, forbidden or broken in words', async () => {
    serve({ workflows });
    const first = open();
    expect(await screen.findByText('Executions appear here')).toBeVisible();
    first.unmount();

    server.use(http.get('*/api/v1/executions', () => problem(403, 'forbidden', 'No.')));
    const second = open();
    expect(await screen.findByText('You may not see this')).toBeVisible();
    second.unmount();

    server.use(http.get('*/api/v1/executions', () => HttpResponse.error()));
    open();
    expect(await screen.findByText('This did not load')).toBeVisible();
  });
});
