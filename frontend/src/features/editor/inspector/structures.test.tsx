import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { makeNodeType } from '@/testing/makers';
import { inspect } from './inspecting';

async function open(
  field: Record<string, unknown>,
  config: Record<string, unknown> = {},
  more: object = {},
) {
  const described = { name: 'part', title: 'Part', required: false, ...field };
  const type = makeNodeType({ type: 'test:any', fields: [described] });
  const page = await inspect('test:any', config, { types: [type], ...more });
  await waitFor(() => expect(page.container.querySelector('[data-field]')).not.toBeNull());
  return { ...page, edit: vi.spyOn(page.store.actions, 'edit') };
}

const patch = (change: object) => [{ op: 'node.patch', id: 'act', ...change }];
const button = (name: string) => screen.getByRole('button', { name });

describe('a list of values', () => {
  it('grows, is written in, and shrinks, by one operation each', async () => {
    const { user, edit, config, undo } = await open({ kind: 'list' }, { part: ['a'] });

    await user.click(button('Add value'));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/part': ['a', ''] } }));
    await user.click(screen.getByRole('textbox', { name: 'Part 2' }));
    await user.keyboard('b');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/part/1': 'b' } }));
    await user.click(button('Remove Part 1'));
    expect(config()).toEqual({ part: ['b'] });
    await user.click(button('Remove Part 1'));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ unset: ['/data/config/part'] }));
    undo();
    expect(config()).toEqual({ part: ['b'] });
  });

  it('keeps a row that is emptied, and values of every kind', async () => {
    const { user, config } = await open({ kind: 'list' }, { part: ['a', 404, { b: 1 }] });

    expect(screen.getByRole('textbox', { name: 'Part 2' })).toHaveTextContent('404');
    expect(screen.getByRole('textbox', { name: 'Part 3' })).toHaveTextContent('"b": 1');
    await user.click(screen.getByRole('textbox', { name: 'Part 1' }));
    await user.keyboard('{Control>}{End}{/Control}{Backspace}');
    expect(config()).toEqual({ part: ['', 404, { b: 1 }] });
  });

  it('has JSON written in a row without losing the hand', async () => {
    const { user, config } = await open({ kind: 'list' }, { part: [404, 'b'] });

    await user.click(screen.getByRole('textbox', { name: 'Part 1' }));
    await user.keyboard('{Control>}{End}{/Control}{Backspace}{Backspace}{Backspace}');
    expect(config()).toEqual({ part: ['', 'b'] });
    expect(screen.getByRole('textbox', { name: 'Part 1' })).toHaveFocus();
    await user.keyboard('500');
    expect(config()).toEqual({ part: [500, 'b'] });
  });

  it('is put in another order by buttons and by Alt with an arrow', async () => {
    const { user, config } = await open({ kind: 'list' }, { part: ['a', 'b', 'c'] });

    await user.click(button('Move Part 1 down'));
    expect(config()).toEqual({ part: ['b', 'a', 'c'] });
    button('Remove Part 3').focus();
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(config()).toEqual({ part: ['b', 'c', 'a'] });
    expect(button('Remove Part 2')).toHaveFocus();
    expect(button('Move Part 1 up')).toBeDisabled();
  });

  it('takes the focus along with a row that moves', async () => {
    const { user, config } = await open({ kind: 'list' }, { part: ['a', 'b', 'c'] });

    await user.click(screen.getByRole('textbox', { name: 'Part 3' }));
    await user.keyboard('{Alt>}{ArrowUp}{ArrowUp}{/Alt}');
    expect(config()).toEqual({ part: ['c', 'a', 'b'] });
    expect(screen.getByRole('textbox', { name: 'Part 1' })).toHaveFocus();

    button('Move Part 1 down').focus();
    await user.keyboard('{Enter}{Enter}');
    expect(config()).toEqual({ part: ['a', 'b', 'c'] });
    expect(button('Remove Part 3')).toHaveFocus();
  });

  it('shows what is wrong with one of its values there', async () => {
    const problem = { path: '/nodes/1/data/config/part/1', message: '“Act”: not this one.' };
    await open({ kind: 'list' }, { part: ['a', 'b'] }, { problems: [problem] });

    expect(screen.getByText('not this one.')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Part 2' })).toBeInvalid();
    expect(screen.getByRole('textbox', { name: 'Part 1' })).toBeValid();
  });

  it('may be a template as a whole, and that is shown as one', async () => {
    const { user, config } = await open({ kind: 'list' }, { part: '{{ trigger.items }}' });

    expect(screen.getByRole('textbox', { name: 'Part' })).toHaveTextContent('{{ trigger.items }}');
    await user.click(button('Write an expression for Part'));
    expect(config()).toEqual({});
  });

  it('of templates cannot become one expression, and says why', async () => {
    const { user, edit } = await open({ kind: 'list' }, { part: ['{{ trigger.a }}'] });
    const mode = button('Write an expression for Part');

    await user.click(mode);
    expect(mode).toHaveAttribute('title', expect.stringContaining('templates already'));
    expect(edit).not.toHaveBeenCalled();
  });
});

describe('a list of objects', () => {
  const cases = {
    kind: 'list',
    fields: [
      { name: 'name', kind: 'text', title: 'Name', required: true },
      {
        name: 'how',
        kind: 'select',
        title: 'How',
        required: false,
        options: ['text', 'number'],
        default: 'text',
      },
      {
        name: 'fold',
        kind: 'boolean',
        title: 'Fold',
        required: false,
        depends_on: { field: 'how', values: ['text'] },
      },
    ],
  };

  it('sets a field of an item where it stands, and unsets it by setting the item', async () => {
    const { user, edit, config } = await open(cases, { part: [{ name: 'a', odd: 1 }] });
    const name = screen.getByRole('textbox', { name: 'Name of Part 1' });

    await user.type(name, 'b');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/part/0/name': 'ab' } }));
    await user.clear(name);
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/part/0': { odd: 1 } } }));
    expect(screen.getByRole('textbox', { name: 'odd of Part 1' })).toHaveTextContent('1');
    expect(config()).toEqual({ part: [{ odd: 1 }] });
  });

  it('shows fields of an item by what stands in that item', async () => {
    const { user } = await open(cases, { part: [{}, { how: 'number' }] });

    expect(screen.getByRole('switch', { name: 'Fold of Part 1' })).toBeVisible();
    expect(screen.queryByRole('switch', { name: 'Fold of Part 2' })).toBeNull();
    await user.selectOptions(screen.getByRole('combobox', { name: 'How of Part 1' }), 'number');
    expect(screen.queryByRole('switch', { name: 'Fold of Part 1' })).toBeNull();
  });

  it('shows fields of an item by what stands around the list', async () => {
    const mode = {
      name: 'mode',
      title: 'Mode',
      kind: 'select',
      options: ['rules', 'value'],
      default: 'rules',
      required: false,
    };
    const part = {
      name: 'part',
      title: 'Part',
      kind: 'list',
      required: false,
      fields: [
        {
          name: 'when',
          title: 'When',
          kind: 'expression',
          required: false,
          depends_on: { field: 'mode', values: ['rules'] },
        },
      ],
    };
    const type = makeNodeType({ type: 'test:any', fields: [mode, part] });
    const { user } = await inspect('test:any', { part: [{}] }, { types: [type] });

    expect(await screen.findByRole('textbox', { name: 'When of Part 1' })).toBeVisible();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Mode' }), 'value');
    expect(screen.queryByRole('textbox', { name: 'When of Part 1' })).toBeNull();
  });

  it('adds and moves items, and shows one that is no object as JSON', async () => {
    const { user, config } = await open(cases, { part: [{ name: 'a' }, 'odd'] });

    expect(screen.getByRole('textbox', { name: 'Part 2' })).toHaveTextContent('"odd"');
    await user.click(button('Add to Part'));
    await user.click(button('Move Part 3 up'));
    expect(config()).toEqual({ part: [{ name: 'a' }, {}, 'odd'] });
  });
});

describe('names with values', () => {
  it('takes a new name when it is whole, and then its value', async () => {
    const { user, edit, config } = await open({ kind: 'key_value' }, { part: { a: '1' } });

    await user.click(button('Add name and value'));
    const name = screen.getByRole('textbox', { name: 'New name in Part' });
    expect(name).toHaveFocus();
    await user.keyboard('x/y');
    expect(edit).not.toHaveBeenCalled();
    await user.keyboard('{Enter}');
    expect(edit.mock.lastCall?.[0]).toEqual(
      patch({ set: { '/data/config/part': { a: '1', 'x/y': '' } } }),
    );
    await user.click(screen.getByRole('textbox', { name: 'Value of x/y in Part' }));
    await user.keyboard('2');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/part/x~1y': '2' } }));
    expect(config()).toEqual({ part: { a: '1', 'x/y': '2' } });
  });

  it('goes on with the value of a new name, and leaves the focus where somebody has put it', async () => {
    const { user, config, container } = await open({ kind: 'key_value' }, { part: { a: '1' } });

    await user.click(button('Add name and value'));
    await user.keyboard('b{Tab}2');
    expect(config()).toEqual({ part: { a: '1', b: '2' } });

    await user.click(button('Add name and value'));
    await user.keyboard('a');
    await user.click(screen.getByRole('textbox', { name: 'Value of b in Part' }));
    await user.keyboard('34');
    expect(config()).toEqual({ part: { a: '1', b: '234' } });
    expect(container.ownerDocument.activeElement).toHaveAccessibleName('Value of b in Part');
  });

  it('keeps a name that was being written when another node is shown', async () => {
    const { user, config, store } = await open({ kind: 'key_value' }, { part: { a: '1' } });

    await user.type(screen.getByRole('textbox', { name: 'Name 1 of Part' }), 'bc');
    act(() => store.actions.select(['start']));

    expect(config()).toEqual({ part: { abc: '1' } });
  });

  it('renames in place, refuses a name that is there, and forgets it by Escape', async () => {
    const { user, config, undo } = await open({ kind: 'key_value' }, { part: { a: '1', b: null } });
    const name = screen.getByRole('textbox', { name: 'Name 1 of Part' });

    await user.clear(name);
    await user.type(name, 'b');
    expect(screen.getByText(/one of this name already/)).toBeVisible();
    await user.keyboard('{Escape}');
    expect(name).toHaveValue('a');
    await user.type(name, 'c{Enter}');
    expect(config()).toEqual({ part: { ac: '1', b: null } });
    expect(Object.keys(config().part as object)).toEqual(['ac', 'b']);
    undo();
    expect(config()).toEqual({ part: { a: '1', b: null } });
  });

  it('keeps a name whose value is emptied, and goes with its last one', async () => {
    const { user, config } = await open({ kind: 'key_value' }, { part: { a: '1' } });

    await user.click(screen.getByRole('textbox', { name: 'Value of a in Part' }));
    await user.keyboard('{Control>}{End}{/Control}{Backspace}');
    expect(config()).toEqual({ part: { a: '' } });
    await user.click(button('Remove a'));
    expect(config()).toEqual({});
  });

  it('makes JSON of a text that is JSON, and a text of it again', async () => {
    const { user, config } = await open({ kind: 'key_value' }, { part: { a: '5', b: 'five' } });
    const mode = button('Write Value of a in Part as JSON');

    await user.click(mode);
    expect(config()).toEqual({ part: { a: 5, b: 'five' } });
    await user.click(mode);
    expect(config()).toEqual({ part: { a: '5', b: 'five' } });
    expect(screen.queryByRole('button', { name: 'Write Value of b in Part as JSON' })).toBeNull();
  });
});

describe('formulas', () => {
  it('are names with expressions', async () => {
    const { user, edit } = await open({ kind: 'formulas' }, { part: { total: 'input.a' } });
    const rows = screen.getByRole('group', { name: 'Part' });

    expect(within(rows).queryByRole('button', { name: /as JSON/ })).toBeNull();
    await user.click(within(rows).getByRole('textbox', { name: 'Value of total in Part' }));
    await user.keyboard('b');
    expect(edit.mock.lastCall?.[0]).toEqual(
      patch({ set: { '/data/config/part/total': 'input.ab' } }),
    );
  });
});

describe('JSON', () => {
  it('is stored while it can be read, and else stays on the screen with its place', async () => {
    const { user, config, undo } = await open({ kind: 'json' }, { part: { a: 1 } });

    await user.click(screen.getByRole('textbox', { name: 'Part' }));
    await user.keyboard('{Control>}{End}{/Control},');
    expect(screen.getByText(/no JSON from line 3, column 2 on/)).toBeVisible();
    expect(config()).toEqual({ part: { a: 1 } });
    await user.keyboard('{Backspace}');
    expect(screen.queryByText(/no JSON from/)).toBeNull();
    undo();
    expect(config()).toEqual({ part: { a: 1 } });
  });

  it('keeps a half-written text while another node is looked at', async () => {
    const { user, store } = await open({ kind: 'json' }, { part: { a: 1 } });
    await user.click(screen.getByRole('textbox', { name: 'Part' }));
    await user.keyboard('{Control>}{End}{/Control},');
    await user.click(button('Close the inspector'));
    store.actions.select(['act']);

    expect(await screen.findByText(/no JSON from line 3/)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Part' })).toHaveTextContent('{ "a": 1 },');
  });

  it('may be a text with expressions instead', async () => {
    const { user, config } = await open({ kind: 'json', placeholder: '{{ trigger.items }}' });
    expect(button('Write Part as JSON')).toHaveAttribute('aria-pressed', 'false');

    await user.click(screen.getByRole('textbox', { name: 'Part' }));
    await user.keyboard('hello');
    expect(config()).toEqual({ part: 'hello' });
  });
});
