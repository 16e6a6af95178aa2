import { renderHook } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { KEYMAP, labels, useCoveringKeys, useLetterKeys, useShortcut } from './keys';

beforeEach(() => {
  useLetterKeys.setState({ areOn: true });
  document.body.innerHTML = '';
});

function bound(id: keyof typeof KEYMAP) {
  const action = vi.fn();
  renderHook(() => useShortcut(id, action));
  return action;
}

it('a letter, a chord and a combination each call their own action', async () => {
  const filter = bound('filter');
  const executions = bound('go_executions');
  const palette = bound('palette');

  await userEvent.keyboard('/');
  await userEvent.keyboard('ge');
  await userEvent.keyboard('{Control>}k{/Control}');

  expect(filter).toHaveBeenCalledOnce();
  expect(executions).toHaveBeenCalledOnce();
  expect(palette).toHaveBeenCalledOnce();
});

it('letters typed into a field are text', async () => {
  const filter = bound('filter');
  document.body.innerHTML = '<input aria-label="name" />';

  await userEvent.type(document.querySelector('input')!, '/');

  expect(filter).not.toHaveBeenCalled();
});

it('a letter with Shift has an action of its own, and without one that of the letter', async () => {
  const row = bound('select_row');
  const next = bound('next_row');
  const range = bound('select_range');

  await userEvent.keyboard('{Shift>}xj{/Shift}');

  expect(range).toHaveBeenCalledOnce();
  expect(row).not.toHaveBeenCalled();
  expect(next).toHaveBeenCalledOnce();
});

it('a key pressed on a checkbox is no text', async () => {
  const row = bound('select_row');
  document.body.innerHTML = '<input type="checkbox" />';

  await userEvent.type(document.querySelector('input')!, 'x');

  expect(row).toHaveBeenCalledOnce();
});

it('a key that somebody else has taken calls nothing', async () => {
  const clear = bound('clear_selection');
  document.body.innerHTML = '<button>menu</button>';
  const button = document.querySelector('button')!;
  button.addEventListener('keydown', (event) => event.preventDefault());
  button.focus();

  await userEvent.keyboard('{Escape}');

  expect(clear).not.toHaveBeenCalled();
});

it('letters can be switched off, combinations remain', async () => {
  const filter = bound('filter');
  const palette = bound('palette');
  useLetterKeys.getState().set(false);

  await userEvent.keyboard('/');
  await userEvent.keyboard('{Control>}k{/Control}');

  expect(filter).not.toHaveBeenCalled();
  expect(palette).toHaveBeenCalledOnce();
});

it('letters do nothing behind an open dialog', async () => {
  const filter = bound('filter');
  document.body.innerHTML = '<div role="dialog" data-state="open"></div>';

  await userEvent.keyboard('/');

  expect(filter).not.toHaveBeenCalled();
});

it('a combination held down calls once, a letter as often as it repeats', async () => {
  const run = bound('run');
  const next = bound('next_row');

  await userEvent.keyboard('{Control>}{Enter>3/}{/Control}');
  await userEvent.keyboard('{j>3/}');

  expect(run).toHaveBeenCalledOnce();
  expect(next).toHaveBeenCalledTimes(3);
});

it('the one mounted last wins, and the one below comes back after it', async () => {
  const below = bound('next_row');
  const above = vi.fn();
  const { unmount } = renderHook(() => useShortcut('next_row', above));

  await userEvent.keyboard('j');
  unmount();
  await userEvent.keyboard('j');

  expect(above).toHaveBeenCalledOnce();
  expect(below).toHaveBeenCalledOnce();
});

it('keys are labelled as the keyboard labels them', () => {
  expect(labels('palette')).toEqual(['Ctrl', 'K']);
  expect(labels('go_workflows')).toEqual(['G', 'W']);
  expect(labels('run')).toEqual(['Ctrl', '↵']);
});

it('no two shortcuts of one page share their keys', () => {
  const all = Object.values(KEYMAP);
  const pages = [
    all.filter(({ group }) => group === 'lists'),
    all.filter(({ group }) => group !== 'lists'),
  ];
  for (const page of pages) {
    const keys = page.flatMap((one) => ('also' in one ? [one.keys, one.also] : [one.keys]));
    expect(new Set(keys).size).toBe(keys.length);
  }
  const anywhere = all.filter(({ group }) => group === 'anywhere').map(({ keys }) => keys);
  expect(pages[0]!.some(({ keys }) => (anywhere as string[]).includes(keys))).toBe(false);
});

it('Alt with Shift and a letter is read by the key, whatever it types', () => {
  const tidy = bound('tidy');

  dispatchEvent(
    new KeyboardEvent('keydown', { key: 'ˇ', code: 'KeyT', altKey: true, shiftKey: true }),
  );

  expect(tidy).toHaveBeenCalledOnce();
});

it('what a text field does by itself stays its own, and both ways to type a shortcut work', async () => {
  const undo = bound('undo');
  const redo = bound('redo');
  document.body.innerHTML = '<input aria-label="name" />';

  await userEvent.click(document.querySelector('input')!);
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(undo).not.toHaveBeenCalled();

  document.querySelector('input')!.blur();
  await userEvent.keyboard(
    '{Control>}z{/Control}{Control>}y{/Control}{Control>}{Shift>}z{/Shift}{/Control}',
  );
  expect(undo).toHaveBeenCalledOnce();
  expect(redo).toHaveBeenCalledTimes(2);
});

it('behind a dialog nothing answers but the dialog and the keys of the whole app', async () => {
  const behind = bound('run');
  const palette = bound('palette');
  const cover = renderHook(() => useCoveringKeys(true));

  await userEvent.keyboard('{Control>}{Enter}k{/Control}');
  expect(behind).not.toHaveBeenCalled();
  expect(palette).toHaveBeenCalledOnce();
  const within = bound('run');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  expect(within).toHaveBeenCalledOnce();

  cover.rerender();
  cover.unmount();
  within.mockClear();
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  expect(within).toHaveBeenCalledOnce();
});

it('what was there before a dialog stays behind it, also where it is switched on meanwhile', async () => {
  const action = vi.fn();
  const own = renderHook(({ isOn }) => useShortcut('run', action, isOn), {
    initialProps: { isOn: false },
  });
  renderHook(() => useCoveringKeys(true));
  own.rerender({ isOn: true });

  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  expect(action).not.toHaveBeenCalled();
});
