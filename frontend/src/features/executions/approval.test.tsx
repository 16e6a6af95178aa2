import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, it } from 'vitest';
import { ago, makeMe, makeStep } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import { Approval } from './components/approval';
import type { Step } from './types';

const step = {
  ...makeStep({
    node_id: 'ask',
    node_type: 'control:approval',
    scope: 'each[1]',
    status: 'waiting',
  }),
  attempts: [],
  error: null,
  decision: null,
} satisfies Step;

const question = (form: object | null) => ({
  node_id: 'ask',
  scope: 'each[1]',
  asked_at: ago(60),
  until: null,
  title: 'Deploy 1.4.0?',
  message: 'Asked for by Ada.',
  assignees: ['admin', 'ops@example.com'],
  form,
});

const open = () => renderAt('/', <Approval executionId="e1" step={step} />);

it('shows what is asked, of whom, and sends the answer with its comment', async () => {
  const world = serve({ approvals: [{ ...question(null), scope: '' }, question(null)] });
  const { user } = open();

  expect(await screen.findByText('Deploy 1.4.0?')).toBeVisible();
  expect(screen.getByText('Asked for by Ada.')).toBeVisible();
  expect(screen.getByText('For admin or ops@example.com')).toBeVisible();
  await user.click(await screen.findByRole('button', { name: 'Approve' }));
  expect(screen.queryByLabelText('What the form asks for, as JSON')).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('Comment (optional)'), 'Go.');
  await user.click(screen.getByRole('button', { name: 'Approve' }));

  await waitFor(() => expect(screen.queryByText('Deploy 1.4.0?')).not.toBeInTheDocument());
  expect(world.sent.map(({ path, body }) => [path, body])).toEqual([
    ['/api/v1/executions/e1/steps/ask/approve', { comment: 'Go.', data: {}, scope: 'each[1]' }],
  ]);
});

it('asks for what the form wants, and shows why an answer was refused', async () => {
  const world = serve({
    approvals: [question({ properties: { window: { enum: ['now', 'tonight'] } } })],
  });
  let isRefused = true;
  server.use(
    http.post('*/steps/ask/reject', () =>
      isRefused
        ? problem(422, 'answer_invalid', 'It does not fit.', [
            { path: '/data/window', code: 'enum', message: 'It is one of now, tonight.' },
          ])
        : undefined,
    ),
  );
  const { user } = open();

  await user.click(await screen.findByRole('button', { name: 'Reject' }));
  const data = screen.getByLabelText('What the form asks for, as JSON');
  expect(data).toHaveValue('{\n  "window": ""\n}');
  await user.click(screen.getByRole('button', { name: 'Reject' }));
  await waitFor(() =>
    expect(data).toHaveAccessibleDescription(/^window: It is one of now, tonight\./),
  );
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();

  isRefused = false;
  await user.clear(data);
  expect(screen.getByText('This is not JSON.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Reject' })).toBeDisabled();
  await user.click(data);
  await user.paste('{"window": "now"}');
  await user.click(screen.getByRole('button', { name: 'Reject' }));

  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(world.sent.at(-1)?.body).toMatchObject({ data: { window: 'now' } });
});

it('says what is no matter of the form above it: somebody was faster', async () => {
  serve({ approvals: [question(null)] });
  server.use(
    http.post('*/steps/ask/approve', () => problem(409, 'already_answered', 'Ada has decided.')),
  );
  const { user } = open();

  await user.click(await screen.findByRole('button', { name: 'Approve' }));
  await user.click(screen.getByRole('button', { name: 'Approve' }));

  expect(await screen.findByRole('alert')).toHaveTextContent('Ada has decided.');
});

it('lets a viewer read the question and no more', async () => {
  serve({ me: makeMe({ permissions: ['execution.read'] }), approvals: [question(null)] });
  open();

  expect(await screen.findByText('Deploy 1.4.0?')).toBeVisible();
  expect(screen.queryByRole('button')).not.toBeInTheDocument();
});
