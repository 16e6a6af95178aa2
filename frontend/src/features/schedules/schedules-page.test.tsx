import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ago, makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { makeFiring, makeSchedule } from '@/testing/trigger-makers';
import { problem, type World } from '@/testing/world';
import SchedulesPage from './components/schedules-page';

function open(world: Partial<World>, path = '/schedules') {
  const served = serve(world);
  const drawn = renderAt(
    path,
    <Routes>
      <Route path="/schedules" element={<SchedulesPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );
  return { ...drawn, world: served };
}

const workflow = () =>
  makeWorkflow({
    name: 'Deploy on push',
    definition: {
      nodes: [{ id: 'clock', type: 'trigger:schedule', data: { config: { cron: '0 9 * * 1-5' } } }],
      edges: [],
    },
  });

const sent = (world: World) =>
  world.sent.filter(({ path }) => path.endsWith('/operations')).at(-1)?.body;

describe('the list of schedules', () => {
  it('tells words, zone, workflow, next and last time of each', async () => {
    const one = workflow();
    const last = makeFiring({ status: 'missed', execution_id: null, fire_at: ago(180) });
    open({ workflows: [one], schedules: [makeSchedule({ workflow_id: one.id, last })] });

    const row = within((await screen.findByText('Every morning')).closest('li')!);
    expect(row.getByText('At 09:00, Monday through Friday · Europe/Berlin')).toBeVisible();
    expect(await row.findByText('Deploy on push')).toBeVisible();
    expect(row.getByText('in 59 min.')).toBeVisible();
    expect(row.getByText('Missed')).toBeVisible();
    expect(row.getByText('3 min. ago')).toBeVisible();
    expect(row.getByRole('switch', { name: 'Every morning fires' })).toBeChecked();
  });

  it('lets one be switched off at once, and back where the server refuses', async () => {
    const { user, world } = open({ schedules: [makeSchedule()] });
    const button = await screen.findByRole('switch');

    await user.click(button);
    await waitFor(() => expect(button).not.toBeChecked());
    await waitFor(() => expect(world.schedules[0]?.is_paused).toBe(true));
    await waitFor(() => expect(screen.getByText('Paused')).toBeVisible());
    server.use(http.patch('*/schedules/*', () => problem(409, 'no', 'Not now.')));
    await user.click(button);

    await waitFor(() => expect(button).not.toBeChecked());
  });

  it('says why one cannot be switched on', async () => {
    open({ schedules: [makeSchedule({ is_active: false, next_at: null, last: null })] });

    const button = await screen.findByRole('switch');
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button.title).toMatch(/Its workflow is not active/);
    expect(screen.getByText('Workflow is off')).toBeVisible();
    expect(screen.getByText('Not yet')).toBeVisible();
  });

  it('opens a row by keys: its next times, those that came, and that it belongs to a version', async () => {
    const firings = Array.from({ length: 12 }, (_, index) =>
      makeFiring({ fire_at: ago(index * 86_400) }),
    );
    const { user, address } = open({ schedules: [makeSchedule()], firings });
    await screen.findByText('Every morning');

    await user.keyboard('j{Enter}');

    const next = await screen.findByRole('region', { name: 'Next times' });
    await waitFor(() => expect(within(next).getAllByRole('listitem')).toHaveLength(5));
    const past = screen.getByRole('region', { name: 'Times that came' });
    await waitFor(() => expect(within(past).getAllByRole('listitem')).toHaveLength(10));
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(() => expect(within(past).getAllByRole('listitem')).toHaveLength(12));
    expect(screen.getByText(/It stands in the published version/)).toBeVisible();
    expect(address()).toMatch(/\?open=/);
  });

  it('says where the clocks change between two of its times', async () => {
    const schedule = makeSchedule();
    open({ schedules: [schedule] }, `/schedules?open=${schedule.id}`);
    server.use(
      http.post('*/schedules/preview', () =>
        HttpResponse.json({
          description: 'At 02:30',
          times: ['2027-03-27T01:30:00Z', '2027-03-28T01:00:00Z', '2027-03-29T00:30:00Z'],
        }),
      ),
    );

    expect(await screen.findByText('Clocks change: +01:00 → +02:00')).toBeVisible();
    expect(screen.getByText(/Sun, Mar 28, 2027/)).toBeVisible();
  });

  it('keeps its filters in the address', async () => {
    const schedules = [makeSchedule(), makeSchedule({ name: 'Poll', is_paused: true })];
    const { user, address } = open({ schedules });
    await screen.findByText('Poll');

    await user.click(screen.getByRole('button', { name: 'State: Any state' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Paused' }));
    await waitFor(() => expect(screen.queryByText('Every morning')).not.toBeInTheDocument());
    expect(address()).toBe('/schedules?state=paused');
    await user.keyboard('/');
    await user.keyboard('xyz');

    expect(await screen.findByText('No schedule fits.')).toBeVisible();
  });

  it('teaches the next step where there is none, and fails with a way to try again', async () => {
    open({ schedules: [] });
    expect(await screen.findByText('No schedule yet')).toBeVisible();
  });

  it('asks nothing for whoever may not see them', async () => {
    open({ me: makeMe({ permissions: [] }), schedules: [makeSchedule()] });

    expect(await screen.findByText(/workflow\.read/)).toBeVisible();
  });
});

describe('the builder', () => {
  async function edit(world: Partial<World> = {}) {
    const one = workflow();
    const schedule = makeSchedule({ workflow_id: one.id });
    const opened = open(
      { workflows: [one], schedules: [schedule], ...world },
      `/schedules?open=${schedule.id}`,
    );
    await opened.user.click(await screen.findByRole('button', { name: 'Edit in the draft' }));
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByLabelText('Cron');
    return { ...opened, dialog, workflow: one };
  }

  it('keeps words and cron in step, and saves them into the draft by one operation', async () => {
    const { user, dialog, world } = await edit();
    expect(dialog.getByLabelText('How often')).toHaveValue('week');
    expect(dialog.getByRole('button', { name: 'Mon' })).toHaveAttribute('aria-pressed', 'true');

    await user.click(dialog.getByRole('button', { name: 'Sat' }));
    expect(dialog.getByLabelText('Cron')).toHaveValue('0 9 * * 1-6');
    await user.selectOptions(dialog.getByLabelText('How often'), 'Every month');
    expect(dialog.getByLabelText('Cron')).toHaveValue('0 9 1 * *');
    await user.clear(dialog.getByLabelText('Cron'));
    await user.type(dialog.getByLabelText('Cron'), '*/15 * * * *');
    expect(dialog.getByLabelText('Interval')).toHaveValue('15');
    expect(await dialog.findByText('In words: */15 * * * *')).toBeVisible();
    await user.click(dialog.getByRole('combobox', { name: 'Time zone' }));
    await user.type(await screen.findByPlaceholderText('Search a time zone'), 'new york');
    await user.click(await screen.findByRole('option', { name: /America\/New York/ }));
    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sent(world)).toMatchObject({
      operations: [
        {
          op: 'node.patch',
          id: 'clock',
          set: { '/data/config/cron': '*/15 * * * *', '/data/config/timezone': 'America/New_York' },
        },
      ],
    });
  });

  it('wants a day of a week, and leaves what it has no words for to cron', async () => {
    const { user, dialog } = await edit();
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'])
      await user.click(dialog.getByRole('button', { name: day }));
    expect(dialog.getByText('Choose at least one day.')).toBeVisible();
    expect(dialog.getByLabelText('Cron')).toHaveValue('');
    const save = dialog.getByRole('button', { name: 'Save to the draft' });
    expect(save).toHaveAttribute('title', 'Write a schedule that can be read first.');
    await user.click(dialog.getByRole('button', { name: 'Tue' }));
    expect(dialog.getByLabelText('Cron')).toHaveValue('0 9 * * 2');

    await user.clear(dialog.getByLabelText('Cron'));
    await user.type(dialog.getByLabelText('Cron'), '0 9-17 * * *');

    expect(dialog.getByLabelText('How often')).toHaveValue('custom');
  });

  it('names what cannot be read, and is not saved meanwhile', async () => {
    const { user, dialog } = await edit();

    await user.clear(dialog.getByLabelText('Cron'));
    await user.type(dialog.getByLabelText('Cron'), 'soon');

    expect(await dialog.findByText(/A schedule has five parts/)).toBeVisible();
    await waitFor(() =>
      expect(dialog.getByRole('button', { name: 'Save to the draft' })).toHaveAttribute(
        'aria-disabled',
        'true',
      ),
    );
  });

  it('overwrites nothing that somebody else has changed', async () => {
    const { user, dialog, workflow: one } = await edit();
    Object.assign(one, {
      draft_revision: one.draft_revision + 1,
      definition: {
        nodes: [{ id: 'clock', type: 'trigger:schedule', data: { config: { cron: '@hourly' } } }],
      },
    });

    await user.click(dialog.getByRole('button', { name: 'Save to the draft' }));
    await user.click(await dialog.findByRole('button', { name: 'Show theirs' }));

    expect(await dialog.findByDisplayValue('@hourly')).toBeVisible();
    expect(dialog.getByLabelText('How often')).toHaveValue('hour');
  });

  it('leaves an expression to the node', async () => {
    const one = workflow();
    Object.assign(one, {
      definition: { nodes: [{ id: 'clock', data: { config: { cron: '{{ env.cron }}' } } }] },
    });
    const schedule = makeSchedule({ workflow_id: one.id });
    const { user } = open(
      { workflows: [one], schedules: [schedule] },
      `/schedules?open=${schedule.id}`,
    );
    await user.click(await screen.findByRole('button', { name: 'Edit in the draft' }));

    const [said] = await screen.findAllByText(/Its cron is an expression/);
    expect(said).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save to the draft' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });
});
