import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { ValuePane } from './value-pane';

const ORDER = {
  order: { id: 'ord_1', 'ship-to': 'Ljubljana' },
  lines: [
    { sku: 'LAMP', pieces: 2 },
    { sku: 'DESK', note: 'oak' },
  ],
};

function open(...given: unknown[]) {
  const value = given.length === 0 ? ORDER : given[0];
  const user = userEvent.setup();
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue(undefined);
  render(
    <ValuePane
      pane="output"
      title="Output"
      value={value}
      empty="Nothing came out."
      root={['steps', 'ask']}
    />,
  );
  return { user, write };
}

const row = (name: RegExp) => screen.getByRole('treeitem', { name });

describe('the tree of a value', () => {
  it('copies the path of a line as expressions read it, and its value as JSON', async () => {
    const { user, write } = open();
    await user.click(screen.getByRole('button', { name: 'Copy the path steps.ask.lines[0].sku' }));
    expect(write).toHaveBeenLastCalledWith('steps.ask.lines[0].sku');

    await user.click(screen.getByRole('button', { name: 'Copy the value of steps.ask.order' }));
    expect(write).toHaveBeenLastCalledWith(JSON.stringify(ORDER.order, null, 2));
  });

  it('is one tab stop, walked and opened by arrows', async () => {
    const { user } = open();
    row(/^order:/).focus();
    await user.keyboard('{ArrowDown}');
    expect(row(/^id:/)).toHaveFocus();
    await user.keyboard('{ArrowLeft}');
    expect(row(/^order:/)).toHaveFocus();
    await user.keyboard('{ArrowLeft}');
    expect(row(/^order:/)).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByRole('treeitem', { name: /^id:/ })).toBeNull();
    expect(screen.getAllByRole('treeitem').filter((one) => one.tabIndex === 0)).toHaveLength(1);
  });

  it('shows while searching only what leads to a match', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button', { name: 'Search Output' }));
    await user.type(screen.getByRole('searchbox', { name: 'Search Output' }), 'oak');
    await screen.findByText('1 match');
    expect(row(/^note:/)).toBeVisible();
    expect(screen.queryByRole('treeitem', { name: /^order:/ })).toBeNull();

    await user.type(screen.getByRole('searchbox'), 'en');
    await screen.findByText('Nothing here says “oaken”.');
  });
});

describe('the other views', () => {
  it('are remembered; a table begins at the only list of rows, and a cell opens what is inside of it', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button', { name: 'Table' }));
    expect(localStorage.getItem('gorax.run-view-output')).toBe('table');
    const table = within(screen.getByRole('table', { name: 'Output' }));
    expect(table.getAllByRole('columnheader').map((one) => one.textContent)).toEqual([
      '#',
      'sku',
      'pieces',
      'note',
    ]);
    await user.click(screen.getByRole('button', { name: 'All' }));
    await user.click(screen.getByRole('button', { name: 'Show order as a table' }));
    expect(screen.getByRole('rowheader', { name: 'ship-to' })).toBeVisible();
  });

  it('tell the types, and which names not every item has', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button', { name: 'Schema' }));
    const shape = screen.getAllByRole('region', { name: 'Output' }).at(-1);
    expect(shape).toHaveTextContent('lines: list of 2');
    expect(shape).toHaveTextContent('note: text · not always there');
  });
});

describe('a large value', () => {
  it('shows its beginning until somebody asks for all of it', async () => {
    const rows = Array.from({ length: 3_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const { user } = open(rows);
    await user.click(screen.getByRole('button', { name: 'Table' }));
    await user.click(screen.getByRole('button', { name: '100 more' }));
    expect(screen.queryByRole('button', { name: /more$/ })).toBeNull();

    await user.click(screen.getByRole('button', { name: 'Load full' }));
    await waitFor(() => expect(screen.getByRole('button', { name: '2800 more' })).toBeVisible());
  });

  it('of which there is none says why', () => {
    open(undefined);
    expect(screen.getByText('Nothing came out.')).toBeVisible();
    expect(screen.queryByRole('button')).toBeNull();
  });
});
