import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { tell } from '@/lib/toast';
import { ago, makeMe } from '@/testing/makers';
import { ALL, makePeople, makeStream } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import StreamsPage from './components/streams-page';

function open(streams = [makeStream()], permissions = ALL) {
  const world = serve({ me: makeMe({ permissions }), people: makePeople({ streams }) });
  return { world, ...renderAt('/streams', <StreamsPage />) };
}

async function choose(user: ReturnType<typeof open>['user'], item: string) {
  await user.click(await screen.findByRole('button', { name: 'More for siem' }));
  await user.click(await screen.findByRole('menuitem', { name: item }));
}

describe('streams', () => {
  it('says where the log goes and how far behind it is', async () => {
    open([
      makeStream({
        state: 'failing',
        behind: 3,
        behind_since: ago(120),
        last_error: 'it answered 401',
      }),
    ]);

    expect(await screen.findByRole('listitem')).toHaveTextContent(
      /siemFailinghttps:\/\/siem\.example\.com\/goraxLast sent .* · 3 entries wait since 2 min\. agoit answered 401/,
    );
  });

  it('makes one, shows what the address lacks, and its secret once', async () => {
    const { user, world } = open([]);
    await user.click((await screen.findAllByRole('button', { name: 'New stream' }))[0]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'New stream' }));
    const send = (): Promise<void> =>
      user.click(dialog.getByRole('button', { name: 'Make the stream' }));
    const address = dialog.getByLabelText('Address');

    await user.type(dialog.getByLabelText('Name'), 'siem');
    await user.type(address, 'ftp://x');
    await send();
    expect(await dialog.findByText(/It begins with https/)).toBeVisible();
    await user.clear(address);
    await user.type(address, 'http://localhost');
    await send();
    expect(await dialog.findByText(/leads to an address that is not public/)).toBeVisible();
    await user.clear(address);
    await user.type(address, 'https://siem.example.com');
    await user.click(dialog.getByRole('checkbox'));
    await send();

    expect(await screen.findByText('whsec_once')).toBeVisible();
    expect(world.sent.at(-1)!.body).toEqual({
      name: 'siem',
      url: 'https://siem.example.com',
      from_start: true,
    });
    await user.click(screen.getByRole('button', { name: 'I have kept it' }));
    await waitFor(() => expect(screen.queryByText('whsec_once')).toBeNull());
    expect(await screen.findByText('siem')).toBeVisible();
  });

  it('rests and goes on', async () => {
    const { user } = open();

    await choose(user, 'Pause');
    expect(await screen.findByText('Paused')).toBeVisible();
    await choose(user, 'Go on');

    expect(await screen.findByText('Sending')).toBeVisible();
  });

  it('is tried, and says what the other side said', async () => {
    const failed = vi.spyOn(tell, 'failed').mockReturnValue();
    const { user } = open([makeStream({ state: 'failing' })]);

    await user.click(await screen.findByRole('button', { name: 'Send a test' }));

    const said = new Error('siem did not take it: its certificate is not trusted');
    await waitFor(() => expect(failed).toHaveBeenCalledExactlyOnceWith(said));
  });

  it('gets a new secret; the one before can end at once', async () => {
    const { user, world } = open();
    await choose(user, 'New secret');
    await user.click(await screen.findByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Make a new secret' }));

    expect(await screen.findByText('whsec_again')).toBeVisible();
    expect(world.sent.at(-1)!.body).toEqual({ overlap_s: 0 });
    expect(screen.queryByText(/signs as well, until/)).toBeNull();
  });

  it('is deleted by its name', async () => {
    const { user } = open();
    await choose(user, 'Delete');
    await user.type(await screen.findByLabelText('Write siem to confirm'), 'siem');
    await user.click(screen.getByRole('button', { name: 'Delete' }));

    expect(await screen.findByText('The audit log goes nowhere else')).toBeVisible();
  });

  it('names the permission to who may not manage it', async () => {
    open([makeStream()], ['audit.read']);

    expect(await screen.findByText(/It needs the permission audit\.manage\. /)).toBeVisible();
    expect(screen.getByRole('button', { name: 'New stream' })).toHaveAccessibleDescription(
      /audit\.manage/,
    );
  });
});
