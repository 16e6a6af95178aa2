import { fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { lazy, useState } from 'react';
import { expect, it } from 'vitest';
import { useShortcut } from '@/lib/keys';
import { later } from '@/testing/later';
import { Late } from './late';

/** Says what was done with it. */
function Part() {
  const [done, setDone] = useState<string[]>([]);
  const add = (what: string): void => setDone((before) => [...before, what]);
  useShortcut('run', () => add('run'));
  useShortcut('pin', () => add('pin'), false);
  return (
    <>
      <button type="button" aria-label="Run it" onClick={() => add('click')}>
        Run
      </button>
      <button type="button" disabled onClick={() => add('never')}>
        Off
      </button>
      <p>done: {done.join(', ')}</p>
    </>
  );
}

function open() {
  const { promise, resolve } = later<{ default: typeof Part }>();
  const Coming = lazy(() => promise);
  render(
    <Late
      keys={['run', 'pin']}
      frame={
        <>
          <button type="button" aria-label="Run it">
            Run
          </button>
          <button type="button">Off</button>
        </>
      }
    >
      <Coming />
    </Late>,
  );
  return { user: userEvent.setup(), come: () => resolve({ default: Part }) };
}

it('does what was asked of a part once it has come, and takes the focus over', async () => {
  const { user, come } = open();

  await user.keyboard('{Control>}{Enter}{/Control}p');
  await user.click(screen.getByRole('button', { name: 'Off' }));
  await user.click(screen.getByRole('button', { name: 'Run it' }));
  come();

  expect(await screen.findByText('done: run, click')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Run it' })).toHaveFocus();
});

it('does what was begun before the part came and ends after it', async () => {
  const { come } = open();
  fireEvent.pointerDown(screen.getByRole('button', { name: 'Run it' }));
  come();

  expect(await screen.findByText('done: click')).toBeVisible();
});

it('does nothing that was let go elsewhere, and nothing twice', async () => {
  const { user, come } = open();
  fireEvent.pointerDown(screen.getByRole('button', { name: 'Run it' }));
  fireEvent.pointerUp(document.body);
  // As a machine does that reads to somebody.
  fireEvent.click(screen.getByRole('button', { name: 'Run it' }));
  await user.tab();
  await user.keyboard('{Enter}');
  come();

  expect(await screen.findByText('done: click, click')).toBeVisible();
});

it('leaves the focus where somebody has gone meanwhile', async () => {
  const { user, come } = open();
  await user.tab();
  fireEvent.blur(screen.getByRole('button', { name: 'Run it' }));
  come();

  expect(await screen.findByText('done:')).toBeVisible();
  expect(document.body).toHaveFocus();
});
