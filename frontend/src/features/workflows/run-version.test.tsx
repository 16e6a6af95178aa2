import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { makeWorkflow, summaryOf } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import RunDialog from './components/run-dialog';

const open = (overrides: Parameters<typeof makeWorkflow>[0] = {}, version?: number) => {
  const workflow = makeWorkflow({ live_version: 3, ...overrides });
  const world = serve({ workflows: [workflow] });
  const shown = renderAt(
    '/',
    <Routes>
      <Route
        path="/"
        element={
          <RunDialog
            workflow={summaryOf(workflow)}
            onClose={vi.fn()}
            {...(version === undefined ? {} : { version })}
          />
        }
      />
      <Route path="*" element={null} />
    </Routes>,
  );
  const sent = () => world.sent.map(({ body }) => body);
  return { ...shown, sent };
};

describe('running a version', () => {
  it('runs the live one, which needs no name', async () => {
    const { user, sent, address } = open();
    const field = await screen.findByLabelText('Version');
    expect(field).toHaveDisplayValue('Version 3 (live)');

    await user.click(screen.getByRole('button', { name: 'Run' }));

    await waitFor(() => expect(address()).toMatch(/^\/executions\//));
    expect(sent()).toEqual([{ input: {} }]);
  });

  it('runs an older one by its number, and says that it is real', async () => {
    const { user, sent, address } = open();
    const field = await screen.findByLabelText('Version');
    await waitFor(() => expect(within(field).getAllByRole('option')).toHaveLength(3));

    await user.selectOptions(field, 'Version 1');

    expect(field).toHaveAccessibleDescription(
      'It runs as it was published, with real calls. What is live stays as it is.',
    );
    expect(screen.getByText('Starts an execution of version 1 with this input.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Run' }));
    await waitFor(() => expect(address()).toMatch(/^\/executions\//));
    expect(sent()).toEqual([{ input: {}, version: 1 }]);
  });

  it('offers the version that it was opened for', async () => {
    open({}, 2);

    expect(await screen.findByLabelText('Version')).toHaveDisplayValue('Version 2');
  });

  it('names the live one of a workflow that is switched off', async () => {
    const { user, sent } = open({ is_active: false });

    await user.click(await screen.findByRole('button', { name: 'Run' }));

    await waitFor(() => expect(sent()).toEqual([{ input: {}, version: 3 }]));
  });
});
