import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { shortId } from '@/lib/format';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import ExecutionPage from './components/execution-page';
import { stepsAt } from './moment';

const workflow = makeWorkflow({ name: 'Deploy on push', live_version: 3 });
const callee = makeWorkflow({
  name: 'Tell everybody',
  live_version: 1,
  definition: {
    nodes: [
      { id: 'called', type: 'trigger:sub_workflow', data: { name: 'Called' } },
      { id: 'each', type: 'action:http', data: { name: 'Tell each' } },
    ],
    edges: [{ id: 'e', source: 'called', target: 'each' }],
  },
});

const START = Date.parse('2026-11-30T10:00:00Z');
const at = (ms: number): string => new Date(START + ms).toISOString();

const during = (node_id: string, from: number, to: number | null, more = {}) =>
  makeStep({
    node_id,
    started_at: at(from),
    ended_at: to === null ? null : at(to),
    ...more,
  });

const execution = (more: Partial<SchemaExecutionShown> = {}): SchemaExecutionShown =>
  makeExecution({
    workflow_id: workflow.id,
    version_id: versionId(workflow, 3),
    started_at: at(0),
    ended_at: at(1_000),
    steps: [
      during('push', 0, 10),
      during('is-main', 10, 20, { node_type: 'control:if', port: 'true' }),
      during('tell', 20, 800, { node_type: 'control:sub_workflow' }),
      during('answer', 100, 900, { node_type: 'action:respond' }),
    ],
    ...more,
  });

const open = (id: string) =>
  renderAt(
    `/executions/${id}`,
    <Routes>
      <Route path="/executions/:id" element={<ExecutionPage />} />
    </Routes>,
  );

beforeEach(() => localStorage.clear());

describe('the steps at an instant', () => {
  it('are those that had begun, running unless they had ended', () => {
    const steps = [
      during('a', 0, 10),
      during('b', 10, 30, { status: 'failed', port: 'error' }),
      during('c', 20, 40),
      makeStep({ node_id: 'd', status: 'skipped', started_at: null, ended_at: null }),
    ] as unknown as Parameters<typeof stepsAt>[0];

    const told = (ms: number) =>
      stepsAt(steps, START + ms).map(({ node_id, status, port }) => [node_id, status, port]);

    expect(told(-1)).toEqual([]);
    expect(told(15)).toEqual([
      ['a', 'completed', ''],
      ['b', 'running', ''],
    ]);
    expect(told(30)).toEqual([
      ['a', 'completed', ''],
      ['b', 'failed', 'error'],
      ['c', 'running', ''],
    ]);
  });
});

describe('the time of an execution', () => {
  it('is gone through by a slider, and the graph stands as it stood then', async () => {
    const one = execution();
    serve({ workflows: [workflow], executions: [one] });
    open(one.id);
    const slider = await screen.findByRole('slider', { name: 'Time of the execution' });
    expect(slider).toHaveAttribute('aria-valuetext', '1.0 s of 1.0 s');
    expect(
      await screen.findByRole('button', { name: /^Answer deployed ?Respond, Completed/ }),
    ).toBeVisible();

    fireEvent.change(slider, { target: { value: '50' } });

    expect(slider).toHaveAttribute('aria-valuetext', '50 ms of 1.0 s');
    expect(screen.getByRole('button', { name: /^Tell the receiver ?HTTP, Running/ })).toBeVisible();
    expect(
      screen.getByRole('button', { name: /^Answer deployed ?Respond ?Respond$/ }),
    ).toBeVisible();

    fireEvent.change(slider, { target: { value: '1000' } });
    expect(
      screen.getByRole('button', { name: /^Tell the receiver ?HTTP, Completed/ }),
    ).toBeVisible();
  });

  it('is not there while it runs', async () => {
    const one = execution({ status: 'running', ended_at: null });
    serve({ workflows: [workflow], executions: [one] });
    open(one.id);

    await screen.findByRole('button', { name: /^Answer deployed ?Respond/ });

    expect(screen.queryByRole('slider')).not.toBeInTheDocument();
  });

  it('is shown in lanes: what went on at the same time lies in different ones', async () => {
    const one = execution();
    serve({ workflows: [workflow], executions: [one] });
    const { user } = open(one.id);

    await user.click(await screen.findByRole('button', { name: 'Lanes' }));

    const lanes = await screen.findByRole('list', { name: 'Nodes by when they ran' });
    const top = (name: RegExp): string | undefined =>
      within(lanes).getByRole('button', { name }).closest('li')?.style.top;
    expect(top(/^Tell the receiver/)).not.toBe(top(/^Answer deployed/));
    await user.click(within(lanes).getByRole('button', { name: /^Tell the receiver/ }));
    expect(await screen.findByRole('heading', { name: 'Tell the receiver' })).toBeVisible();
    expect(localStorage.getItem('gorax.steps-view')).toBe('lanes');
  });
});

describe('a step that has called a workflow', () => {
  const child = (parent: SchemaExecutionShown) =>
    makeExecution({
      workflow_id: callee.id,
      version_id: versionId(callee, 1),
      parent_id: parent.id,
      parent: {
        execution_id: parent.id,
        workflow_id: workflow.id,
        node_id: 'tell',
        scope: '',
        is_waiting: true,
      },
      steps: [during('called', 30, 40), during('each', 40, 700, { output: { told: 7 } })],
    });

  it('opens to what that did, in place, and shows the data of its nodes', async () => {
    const one = execution();
    const called = child(one);
    serve({ workflows: [workflow, callee], executions: [one, called] });
    const { user } = open(one.id);

    const toggle = await screen.findByRole('button', { name: 'What Tell the receiver has called' });
    expect(toggle).toHaveAttribute('aria-expanded', 'false');
    await user.click(toggle);

    expect(
      await screen.findByRole('link', { name: `Open execution ${shortId(called.id)}` }),
    ).toHaveAttribute('href', `/executions/${called.id}`);
    await user.click(await screen.findByRole('button', { name: /^Tell each.*Completed$/ }));

    expect(await screen.findByText('7')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open execution' })).toHaveAttribute(
      'href',
      `/executions/${called.id}`,
    );
    await user.click(toggle);
    expect(screen.queryByText('Tell everybody')).not.toBeInTheDocument();
  });

  it('says that there is nothing to see, or that it did not come', async () => {
    const one = execution();
    serve({ workflows: [workflow], executions: [one] });
    let fails = true;
    server.use(
      http.get('*/api/v1/executions', ({ request }) => {
        if (!new URL(request.url).searchParams.has('parent_node')) return undefined;
        if (fails) return problem(500, 'broken', 'Away.');
        return HttpResponse.json({ results: [], next: null, previous: null });
      }),
    );
    const { user } = open(one.id);
    await user.click(
      await screen.findByRole('button', { name: 'What Tell the receiver has called' }),
    );
    await screen.findByText('What it has called did not come.');

    fails = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    await waitFor(() =>
      expect(screen.getByText('It has called nothing that you may see.')).toBeVisible(),
    );
  });
});
