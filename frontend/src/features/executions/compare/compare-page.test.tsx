import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ExecutionPage from '../components/execution-page';
import ExecutionsPage from '../components/executions-page';
import ComparePage from './compare-page';

const workflow = makeWorkflow({ name: 'Deploy on push', live_version: 3 });

const http503 = { code: 'http_503', message: 'It answered 503.', status: 503, node: 'tell' };

const made = (
  status: 'failed' | 'completed',
  more: Partial<SchemaExecutionShown> = {},
): SchemaExecutionShown => {
  const isGood = status === 'completed';
  const url = `http://receiver/${isGood ? 'new' : 'old'}`;
  return makeExecution({
    workflow_id: workflow.id,
    version_id: versionId(workflow, 3),
    status,
    error: isGood ? null : http503,
    steps: [
      makeStep(),
      makeStep({
        node_id: 'tell',
        node_type: 'action:http',
        status,
        input: { method: 'POST', url },
        output: isGood ? { status: 200, body: { ok: true } } : null,
        error: isGood ? null : http503,
        seq: 2,
      }),
      ...(isGood ? [makeStep({ node_id: 'answer', node_type: 'action:respond', seq: 3 })] : []),
    ],
    ...more,
  });
};

const open = (path: string) =>
  renderAt(
    path,
    <Routes>
      <Route path="/executions" element={<ExecutionsPage />} />
      <Route path="/executions/:id" element={<ExecutionPage />} />
      <Route path="/executions/:id/compare/:other" element={<ComparePage />} />
    </Routes>,
  );

const compare = (before: SchemaExecutionShown, after: SchemaExecutionShown) => {
  serve({ workflows: [workflow], executions: [after, before] });
  return open(`/executions/${before.id}/compare/${after.id}`);
};

const lines = (): string[] =>
  within(screen.getByRole('list', { name: 'Nodes' }))
    .getAllByRole('button')
    .map((row) => row.textContent);

const detail = (): HTMLElement => screen.getByRole('region', { name: 'What differs' });

beforeEach(() => localStorage.clear());

describe('comparing two executions', () => {
  it('shows what differs, and of the node that failed what it was given and gave', async () => {
    compare(made('failed'), made('completed'));

    expect(await screen.findByText('2 of 5 differ')).toBeVisible();
    expect(lines()).toEqual([
      expect.stringMatching(
        /^Tell the receiver.*Before Failed.*After Completed.*status, output, error, input$/,
      ),
      expect.stringMatching(/^Answer deployed.*Before did not come to it.*came to it$/),
    ]);
    const shown = within(detail());
    expect(await shown.findByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
    expect(await shown.findByText('url')).toBeVisible();
    const input = within(shown.getByRole('region', { name: 'Input' }));
    expect(input.getByText('http://receiver/old')).toBeVisible();
    expect(input.getByText('http://receiver/new')).toBeVisible();
    expect(input.queryByText('method')).not.toBeInTheDocument();
  });

  it('leads by J and K from difference to difference, on to the next node and back', async () => {
    const { address } = compare(made('failed'), made('completed'));
    await within(await screen.findByRole('region', { name: 'What differs' })).findByText('url');
    const places = (): string[] =>
      [...detail().querySelectorAll('[aria-current]')].map(({ textContent }) =>
        textContent.slice(0, 3),
      );
    const total = detail().querySelectorAll('li').length;
    const press = (key: string) => fireEvent.keyDown(document.body, { key });

    press('j');
    expect(places()).toHaveLength(1);
    for (let count = 1; count < total; count += 1) press('j');
    expect(places()).toEqual(['url']);
    press('j');

    await waitFor(() => expect(address()).toContain('node=%2Fanswer'));
    expect(await within(detail()).findByRole('heading', { name: 'Answer deployed' })).toBeVisible();
    press('k');
    await waitFor(() => expect(address()).toContain('node=%2Ftell'));
    await waitFor(() => expect(places()).toEqual(['url']));
    expect(screen.getByRole('button', { name: /^Tell the receiver/ })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });

  it('shows both values whole beside each other', async () => {
    const { user } = compare(made('failed'), made('completed'));
    await within(await screen.findByRole('region', { name: 'What differs' })).findByText('url');

    await user.click(screen.getByRole('button', { name: 'Side by side' }));
    await user.click(screen.getByRole('button', { name: 'Input (1)' }));

    const [before] = within(detail()).getAllByRole('region', { name: 'Before' });
    expect(before).toHaveTextContent('"http://receiver/old"');
    expect(before).toHaveTextContent('"POST"');
  });

  it('shows all nodes if asked, and says so in the address', async () => {
    const { user, address } = compare(made('failed'), made('completed'));
    await screen.findByText('2 of 5 differ');

    await user.click(screen.getByRole('button', { name: 'All nodes' }));

    expect(lines()).toHaveLength(5);
    expect(address()).toContain('show=all');
    await user.click(screen.getByRole('button', { name: /^GitHub push/ }));
    expect(
      await within(detail()).findByText('Nothing that it was given or gave differs.'),
    ).toBeVisible();
  });

  it('finds nothing between two that went alike', async () => {
    compare(made('completed'), made('completed'));

    expect(await screen.findByText('0 of 5 differ')).toBeVisible();
    expect(lines()).toHaveLength(5);
  });

  it('reads more than one page of steps, and data only of the node that is looked at', async () => {
    const many = (by: string) =>
      Array.from({ length: 230 }, (_, index) =>
        makeStep({ node_id: `n${index}`, output: index === 200 ? by : index }),
      );
    const asked: string[] = [];
    const before = made('completed', { steps: many('x') });
    const after = made('completed', { steps: many('y') });
    serve({ workflows: [workflow], executions: [after, before] });
    server.use(
      http.get('*/api/v1/executions/:id/steps/:node', ({ params }) => {
        asked.push(String(params.node));
        return undefined;
      }),
    );
    open(`/executions/${before.id}/compare/${after.id}`);

    expect(await screen.findByText('1 of 235 differs')).toBeVisible();
    expect(await within(detail()).findByText('y')).toBeVisible();
    expect(asked).toEqual(['n200', 'n200']);
  });

  it('says that one of them is not here', async () => {
    const after = made('completed');
    serve({ workflows: [workflow], executions: [after] });
    open(`/executions/01a00000-0000-7000-8000-000000000000/compare/${after.id}`);

    expect(await screen.findByText('Nothing is here')).toBeVisible();
  });

  it('says that the data of a node did not come, and asks again', async () => {
    const [before, after] = [made('failed'), made('completed')];
    serve({ workflows: [workflow], executions: [after, before] });
    let fails = true;
    server.use(
      http.get('*/api/v1/executions/:id/steps/:node', () =>
        fails ? problem(500, 'broken', 'The database is away.') : undefined,
      ),
    );
    const { user } = open(`/executions/${before.id}/compare/${after.id}`);

    await screen.findByText('The database is away.');
    fails = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await within(detail()).findByText('url')).toBeVisible();
  });

  it('changes sides, and takes another execution', async () => {
    const [oldest, before, after] = [made('completed'), made('failed'), made('completed')];
    serve({ workflows: [workflow], executions: [after, before, oldest] });
    const { user, address } = open(`/executions/${before.id}/compare/${after.id}`);

    await user.click(await screen.findByRole('button', { name: 'Swap both' }));
    expect(address()).toBe(`/executions/${after.id}/compare/${before.id}`);

    const card = within(screen.getByRole('region', { name: 'Before' }));
    await user.click(card.getByRole('button', { name: 'Before: take another execution' }));
    const list = await screen.findByRole('list', { name: 'Choose an execution' });
    await user.click(
      within(list).getByRole('button', { name: new RegExp(`^${oldest.id.slice(-8)}`) }),
    );
    expect(address()).toBe(`/executions/${oldest.id}/compare/${before.id}`);
  });
});

describe('the way to a comparison', () => {
  it('leads from an execution to the last one that went well', async () => {
    const [good, other, bad] = [made('completed'), made('failed'), made('failed')];
    serve({ workflows: [workflow], executions: [bad, other, good] });
    const { user, address } = open(`/executions/${bad.id}`);

    await user.click(await screen.findByRole('button', { name: 'Compare' }));
    await user.click(
      await screen.findByRole('menuitem', { name: 'With the last one that completed' }),
    );

    await waitFor(() => expect(address()).toBe(`/executions/${good.id}/compare/${bad.id}`));
  });

  it('leads from the list with two chosen, the older one first', async () => {
    const [older, newer, third] = [made('completed'), made('failed'), made('failed')];
    serve({ workflows: [workflow], executions: [third, newer, older] });
    const { user, address } = open('/executions');
    const choose = async (one: SchemaExecutionShown) =>
      user.click(await screen.findByLabelText(new RegExp(`^Choose Deploy.*${one.id.slice(-8)}$`)));

    await choose(newer);
    const button = screen.getByRole('button', { name: 'Compare' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription('Choose two executions to compare them.');
    await choose(older);
    await user.click(screen.getByRole('button', { name: 'Compare' }));

    await waitFor(() => expect(address()).toBe(`/executions/${older.id}/compare/${newer.id}`));
  });
});
