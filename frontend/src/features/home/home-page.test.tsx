import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { expect, it } from 'vitest';
import { makeCredential } from '@/testing/credential-makers';
import { ago, makeExecution, makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import HomePage from './components/home-page';

const REFUNDS = makeWorkflow({ name: 'Refunds' });
const ONBOARDING = makeWorkflow({ name: 'Onboarding' });
const ran = (status: 'completed' | 'failed' | 'waiting', reason = '') =>
  makeExecution({
    workflow_id: REFUNDS.id,
    status,
    reason,
    created_at: ago(632),
    started_at: ago(632),
    ended_at: status === 'waiting' ? null : ago(630),
  });

it('says how it went, what waits for somebody, the most pressing first, and what ran last', async () => {
  const failed = ran('failed');
  const waiting = ran('waiting', 'approval');
  serve({
    workflows: [REFUNDS, ONBOARDING],
    executions: [failed, ran('failed'), waiting, ran('waiting', 'retry'), ran('completed')],
    credentials: [makeCredential({ name: 'acme', expires_soon: true, expires_at: ago(-86_400) })],
    changed: [ONBOARDING.id],
  });
  renderAt('/', <HomePage />);

  expect(
    await screen.findByText('4 things need a look. Everything else is healthy.'),
  ).toBeVisible();
  const needs = screen.getByRole('region', { name: 'Needs you' });
  const lines = within(needs).getAllByRole('link');
  expect(lines.map((one) => one.textContent)).toEqual([
    'RefundsWaits for a decision10 min. ago',
    'RefundsFailed 2 times10 min. ago',
    'acmeThis credential expires soon or has expiredin 23 hr.',
    'OnboardingIts draft differs from version 31 hr. ago',
  ]);
  expect(lines[0]).toHaveAttribute('href', `/executions/${waiting.id}`);
  expect(lines[1]).toHaveAttribute('href', `/executions/${failed.id}`);
  const figures = screen.getByRole('region', { name: 'Health' });
  expect(
    within(figures)
      .getAllByRole('definition')
      .map((one) => one.textContent),
  ).toEqual(['5', '33.3%', '2.0 s', '1']);
  expect(within(figures).getByRole('img')).toHaveAccessibleName(
    '5 executions in 7 days, 2 of them failed.',
  );
  const recent = screen.getByRole('region', { name: 'Recent executions' });
  expect(await within(recent).findAllByRole('listitem')).toHaveLength(5);
});

it('shows a new tenant the first step, and takes it', async () => {
  const world = serve();
  const { user, address } = renderAt('/', <HomePage />);

  expect(await screen.findByRole('region', { name: 'Make your first workflow' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'New workflow' }));

  await waitFor(() => expect(address()).toBe(`/workflows/${world.workflows[0]?.id ?? ''}`));
  expect(world.sent[0]?.body).toEqual({
    name: 'Untitled workflow',
    definition: { nodes: [], edges: [] },
  });
});

it('tells who may not make workflows whom to ask, and asks for nothing that is refused', async () => {
  serve({ me: makeMe({ permissions: ['workflow.read'] }) });
  const asked: string[] = [];
  server.events.on('request:start', ({ request }) => asked.push(new URL(request.url).pathname));
  renderAt('/', <HomePage />);

  expect(await screen.findByText(/Your role may not make workflows/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'New workflow' })).toBeNull();
  expect([...new Set(asked)].toSorted()).toEqual([
    '/api/v1/home',
    '/api/v1/me',
    '/api/v1/workflows',
  ]);
});

it('says how many more there are than it names', async () => {
  serve({ workflows: [REFUNDS], executions: Array.from({ length: 13 }, () => ran('failed')) });
  renderAt('/', <HomePage />);

  const more = await screen.findByRole('link', { name: /3 more have failed in the last day/ });
  expect(more).toHaveAttribute('href', '/executions?status=failed');
  expect(screen.getByText(/^2 things need a look/)).toBeVisible();
});

it('says that it did not load, and tries again', async () => {
  let isBroken = true;
  serve({ workflows: [REFUNDS] });
  server.use(
    http.get('*/api/v1/workflows', () =>
      isBroken ? problem(500, 'internal', 'The database is away.') : undefined,
    ),
  );
  const { user } = renderAt('/', <HomePage />);

  expect(await screen.findByText('The database is away.')).toBeVisible();
  isBroken = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));

  expect(await screen.findByText('Everything is healthy.')).toBeVisible();
});
