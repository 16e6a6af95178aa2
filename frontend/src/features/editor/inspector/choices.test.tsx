import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeMe } from '@/testing/makers';
import { inspect } from './inspecting';

const opener = () => screen.findByRole('button', { name: 'Choose Channel from a list' });

describe('a field whose choices the service knows', () => {
  it('is chosen by its name, in one step of undo', async () => {
    const { user, world, config, undo } = await inspect('slack:send_message', {
      credential: 'acme',
    });
    await user.click(await opener());
    await user.type(await screen.findByPlaceholderText('Search'), 'depl');
    expect(screen.getAllByRole('option')).toHaveLength(1);

    await user.click(await screen.findByRole('option', { name: /deployments/ }));

    expect(config().channel).toBe('C02DEPLOY');
    expect(await opener()).toHaveTextContent('deployments');
    const asked = world.sent.filter(({ path }) => path.endsWith('/choices'));
    expect(asked.map(({ body }) => body)).toEqual([
      { field: 'channel', config: { credential: 'acme' } },
    ]);
    undo();
    expect(config()).not.toHaveProperty('channel');
  });

  it('can still be written by hand', async () => {
    await inspect('slack:send_message', { credential: 'acme', channel: '#deployments' });

    expect(await opener()).toBeEnabled();
    expect(screen.getByText('#deployments')).toBeVisible();
  });

  it('says what is missing, and asks nobody', async () => {
    const { user, world } = await inspect('slack:send_message', { credential: '{{ env.name }}' });

    await user.click(await opener());

    expect(await opener()).toHaveAttribute(
      'title',
      'Fill in “credential” first: the list is asked for with it.',
    );
    expect(world.sent.some(({ path }) => path.endsWith('/choices'))).toBe(false);
  });

  it('says what the service refuses, and what to do next', async () => {
    const { user } = await inspect('slack:send_message', { credential: 'broken' });

    await user.click(await opener());

    expect(await screen.findByText(/missing_scope.*or write the value by hand/)).toBeVisible();
  });

  it('is not offered to who may not change the workflow', async () => {
    await inspect(
      'slack:send_message',
      { credential: 'acme' },
      { world: { me: makeMe({ permissions: ['workflow.read', 'credential.read'] }) } },
    );

    const field = () => document.querySelector<HTMLElement>('[data-field="channel"]');
    await waitFor(() => expect(field()).not.toBeNull());
    expect(within(field()!).queryByRole('button', { name: /from a list/ })).toBeNull();
  });
});
