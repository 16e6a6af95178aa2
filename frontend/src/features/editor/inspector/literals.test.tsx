import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { makeCredential } from '@/testing/credential-makers';
import { makeMe, makeNodeType, makeWorkflow } from '@/testing/makers';
import { inspect } from './inspecting';

const typeWith = (...fields: Record<string, unknown>[]) =>
  makeNodeType({
    type: 'test:any',
    fields: fields.map((field) => ({ title: field.name, required: false, ...field })),
  });

async function open(
  field: Record<string, unknown>,
  config: Record<string, unknown> = {},
  more: object = {},
) {
  const page = await inspect('test:any', config, { types: [typeWith(field)], ...more });
  await waitFor(() => expect(page.container.querySelector('[data-field]')).not.toBeNull());
  return { ...page, edit: vi.spyOn(page.store.actions, 'edit') };
}

const patch = (change: object) => [{ op: 'node.patch', id: 'act', ...change }];

describe('a text', () => {
  it('is changed by one operation for each letter, which undo takes back together', async () => {
    const { user, edit, config, undo } = await open({ name: 'Path', kind: 'text' });

    await user.type(screen.getByRole('textbox', { name: 'Path' }), 'ab');

    expect(edit.mock.calls).toEqual([
      [
        patch({ set: { '/data/config/Path': 'a' } }),
        'change Path of Act',
        { coalesce: 'act ["Path"]' },
      ],
      [
        patch({ set: { '/data/config/Path': 'ab' } }),
        'change Path of Act',
        { coalesce: 'act ["Path"]' },
      ],
    ]);
    expect(config()).toEqual({ Path: 'ab' });
    undo();
    expect(config()).toEqual({});
    expect(screen.getByRole('textbox', { name: 'Path' })).toHaveValue('');
  });

  it('that is emptied is unset, so that its default counts', async () => {
    const { user, edit } = await open({ name: 'Path', kind: 'text', default: '$' }, { Path: 'a' });
    const input = screen.getByRole('textbox', { name: 'Path' });

    await user.clear(input);

    expect(edit.mock.lastCall?.[0]).toEqual(patch({ unset: ['/data/config/Path'] }));
    expect(input).toHaveAttribute('placeholder', '$');
  });

  it('shows what the server found wrong with it, and names it as its description', async () => {
    const problem = { path: '/nodes/1/data/config/Path', message: '“Act”: “Path” is empty.' };
    await open(
      { name: 'Path', kind: 'text', help: 'Into the body.', required: true },
      {},
      { problems: [problem] },
    );
    const input = screen.getByRole('textbox', { name: /Path/ });

    expect(input).toBeInvalid();
    expect(input).toHaveAccessibleDescription('“Path” is empty. Into the body.');
    expect(screen.getByRole('tab', { name: /Settings/ })).toHaveAccessibleName(
      'Settings has problems',
    );
  });

  it('of a kind that no text has is shown as JSON and kept', async () => {
    const { config, user } = await open({ name: 'Path', kind: 'text' }, { Path: { a: [1] } });

    expect(screen.getByRole('textbox', { name: 'Path' })).toHaveTextContent('{ "a": [ 1 ] }');
    expect(screen.getByText(/another kind than the field expects/)).toBeVisible();
    expect(config()).toEqual({ Path: { a: [1] } });
    await user.click(screen.getByRole('button', { name: 'Clear' }));
    expect(config()).toEqual({});
  });
});

describe('a number', () => {
  it('is stored as a number, and what is none yet is kept out of the document', async () => {
    const { user, edit, config } = await open({ name: 'Wait', kind: 'number', default: 30 });
    const input = screen.getByRole('textbox', { name: 'Wait' });
    expect(input).toHaveAttribute('placeholder', '30');

    await user.type(input, '-1.5');

    expect(edit.mock.calls.map(([operations]) => operations)).toEqual([
      patch({ set: { '/data/config/Wait': -1 } }),
      patch({ set: { '/data/config/Wait': -1 } }),
      patch({ set: { '/data/config/Wait': -1.5 } }),
    ]);
    await user.type(input, 'x');
    expect(screen.getByText(/write a number/)).toBeVisible();
    expect(config()).toEqual({ Wait: -1.5 });
  });

  it('goes up and down by the arrow keys, within its bounds', async () => {
    const { user, config } = await open(
      { name: 'Wait', kind: 'number', minimum: 1, maximum: 3 },
      { Wait: 2 },
    );

    await user.type(screen.getByRole('textbox', { name: 'Wait' }), '{ArrowUp}{ArrowUp}');
    expect(config()).toEqual({ Wait: 3 });
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(config()).toEqual({ Wait: 1 });
  });

  it('becomes an expression of the same value, and a number again', async () => {
    const { user, edit, undo, config } = await open({ name: 'Wait', kind: 'number' }, { Wait: 30 });
    const mode = screen.getByRole('button', { name: 'Write an expression for Wait' });

    await user.click(mode);
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/Wait': '{{ 30 }}' } }));
    expect(mode).toHaveAttribute('aria-pressed', 'true');
    await user.click(mode);
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/Wait': 30 } }));
    undo();
    expect(config()).toEqual({ Wait: '{{ 30 }}' });
  });
});

describe('what is written keeps the hand', () => {
  it('where a number becomes a template', async () => {
    const { user, config } = await open({ name: 'Wait', kind: 'number' });

    await user.click(screen.getByRole('textbox', { name: 'Wait' }));
    // Two braces for each one that is typed.
    await user.keyboard('{{{{ vars.n');

    expect(config()).toEqual({ Wait: '{{ vars.n' });
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Wait' })).toHaveFocus());
  });

  it('where a value of another kind is emptied and written anew', async () => {
    const { user, config } = await open({ name: 'Path', kind: 'text' }, { Path: 5 });

    await user.click(screen.getByRole('textbox', { name: 'Path' }));
    await user.keyboard('{Control>}{End}{/Control}{Backspace}');
    expect(config()).toEqual({});
    expect(screen.getByRole('textbox', { name: 'Path' })).toHaveFocus();
    for (const key of '"a"') await user.keyboard(key);

    expect(config()).toEqual({ Path: 'a' });
    await user.tab();
    expect(screen.getByRole('textbox', { name: 'Path' })).toHaveValue('a');
  });

  it('and undo shows the literal again, not an empty expression', async () => {
    const { user, undo } = await open({ name: 'Wait', kind: 'number' }, { Wait: 30 });

    await user.click(screen.getByRole('button', { name: 'Write an expression for Wait' }));
    undo();

    expect(screen.getByRole('textbox', { name: 'Wait' })).toHaveValue('30');
  });

  it('and a word of a choice stays where its expression is given up', async () => {
    const { user, config } = await open({ name: 'How', kind: 'select', options: ['a', 'b'] });
    const mode = screen.getByRole('button', { name: 'Write an expression for How' });

    await user.click(mode);
    await user.click(screen.getByRole('textbox', { name: 'How' }));
    await user.keyboard('b');
    await user.click(mode);

    expect(config()).toEqual({ How: 'b' });
    expect(screen.getByRole('combobox', { name: 'How' })).toHaveValue('b');
  });
});

describe('a number that nobody can keep', () => {
  it.each(['1e999', '12345678901234567890'])('is no value yet: %s', async (text) => {
    const { user, config } = await open({ name: 'Any', kind: 'json' });

    await user.click(screen.getByRole('textbox', { name: 'Any' }));
    for (const key of text) await user.keyboard(key);
    await user.tab();

    expect(screen.getByText(new RegExp(`Not saved yet: ${text} is too large`))).toBeVisible();
    expect(JSON.stringify(config())).not.toContain('null');
    expect(screen.getByRole('textbox', { name: 'Any' })).toHaveTextContent(text);
  });
});

describe('yes or no', () => {
  it('shows its default until it is set, by click or by key', async () => {
    const { user, edit, undo, config } = await open({
      name: 'Follow',
      kind: 'boolean',
      default: true,
    });
    const toggle = screen.getByRole('switch', { name: 'Follow' });
    expect(toggle).toBeChecked();

    await user.click(toggle);
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/Follow': false } }));
    undo();
    expect(config()).toEqual({});
    toggle.focus();
    await user.keyboard(' ');
    expect(config()).toEqual({ Follow: false });
  });
});

describe('a choice', () => {
  const field = { name: 'Mode', kind: 'select', options: ['rules', 'value'], default: 'rules' };

  it('shows its default and is set by choosing', async () => {
    const { user, edit, undo, config } = await open(field);
    const select = screen.getByRole('combobox', { name: 'Mode' });
    expect(select).toHaveValue('rules');

    await user.selectOptions(select, 'value');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/Mode': 'value' } }));
    undo();
    expect(config()).toEqual({});
  });

  it('keeps a word that is none of its choices', async () => {
    const { config } = await open(field, { Mode: 'old' });

    expect(screen.getByRole('combobox', { name: 'Mode' })).toHaveDisplayValue(
      'old (not among the choices)',
    );
    expect(config()).toEqual({ Mode: 'old' });
  });

  it('of several checks boxes in the order of the choices, and keeps what is no choice', async () => {
    const { user, config } = await open(
      { name: 'Methods', kind: 'list', options: ['GET', 'PUT'] },
      { Methods: ['PUT', 'OLD'] },
    );

    await user.click(screen.getByRole('checkbox', { name: 'GET' }));
    expect(config()).toEqual({ Methods: ['GET', 'PUT', 'OLD'] });
    await user.click(screen.getByRole('checkbox', { name: /OLD/ }));
    await user.click(screen.getByRole('checkbox', { name: 'GET' }));
    await user.click(screen.getByRole('checkbox', { name: 'PUT' }));
    expect(config()).toEqual({});
  });
});

describe('what names something of the tenant', () => {
  it('chooses a credential of the right type', async () => {
    const credentials = [
      makeCredential({ name: 'acme' }),
      makeCredential({ name: 'bucket', type: 'aws' }),
    ];
    const { user, edit } = await open(
      { name: 'credential', kind: 'credential', title: 'Credential', options: ['bearer_token'] },
      {},
      { world: { credentials } },
    );

    await user.click(screen.getByRole('combobox', { name: 'Credential' }));
    const list = await screen.findByRole('listbox');
    expect(
      within(list)
        .getAllByRole('option')
        .map((one) => one.textContent),
    ).toEqual(['acmeBearer token']);
    await user.click(within(list).getByText('acme'));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/credential': 'acme' } }));
  });

  it('chooses a workflow by its name', async () => {
    const called = makeWorkflow({
      name: 'Refund',
      triggers: [{ node_id: 'start', kind: 'manual', filtered_count: 0 }],
    });
    const { user, edit } = await open(
      { name: 'workflow_id', kind: 'text', title: 'Workflow' },
      {},
      { world: { workflows: [called] } },
    );

    await user.click(screen.getByRole('combobox', { name: 'Workflow' }));
    await user.click(await screen.findByText('Refund'));
    expect(edit.mock.lastCall?.[0]).toEqual(
      patch({ set: { '/data/config/workflow_id': called.id } }),
    );
  });
});

describe('the form', () => {
  it('shows a field only where the one it depends on has such a value, and keeps what is hidden', async () => {
    const type = typeWith(
      { name: 'mode', kind: 'select', options: ['a', 'b'], default: 'a' },
      { name: 'extra', kind: 'text', depends_on: { field: 'mode', values: ['b'] } },
    );
    const { user, config } = await inspect('test:any', { extra: 'kept' }, { types: [type] });
    await screen.findByRole('combobox', { name: 'mode' });
    expect(screen.queryByRole('textbox', { name: 'extra' })).toBeNull();

    await user.selectOptions(screen.getByRole('combobox', { name: 'mode' }), 'b');

    expect(screen.getByRole('textbox', { name: 'extra' })).toHaveValue('kept');
    expect(config()).toEqual({ mode: 'b', extra: 'kept' });
  });

  it('shows settings that no field reads, and problems that belong to none', async () => {
    const problem = { path: '/nodes/1/type', message: '“Act”: no such kind.' };
    await open({ name: 'Path', kind: 'text' }, { odd: { a: 1 } }, { problems: [problem] });

    expect(screen.getByText(/this type does not read/)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'odd' })).toHaveTextContent('{ "a": 1 }');
    expect(screen.getByText('no such kind.')).toBeVisible();
  });

  it('of a type that nobody knows is the settings as JSON', async () => {
    await inspect('test:gone', { a: 1 }, { types: [] });

    expect(await screen.findByText(/does not know the type “test:gone”/)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'All settings of Act as JSON' })).toHaveTextContent(
      '"a": 1',
    );
  });

  it('renames the node where its name stands, and takes it back by Escape', async () => {
    const { user, data, edit } = await open({ name: 'Path', kind: 'text' });
    const name = screen.getByRole('textbox', { name: 'Name of the node' });

    await user.clear(name);
    await user.type(name, 'Ask{Escape}');
    expect(name).toHaveValue('Act');
    expect(edit).not.toHaveBeenCalled();
    await user.clear(name);
    await user.type(name, 'Ask{Enter}');
    expect(edit.mock.calls).toEqual([[patch({ set: { '/data/name': 'Ask' } }), 'rename Act']]);
    expect(data().name).toBe('Ask');
  });

  it('cannot be changed by who may only look, and says so', async () => {
    const me = makeMe({ permissions: ['workflow.read'] });
    await open({ name: 'Path', kind: 'text' }, { Path: 'a' }, { world: { me } });

    expect(await screen.findByText(/You may look at this workflow/)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Path' })).toHaveAttribute('readonly');
    expect(screen.queryByRole('button', { name: /More for/ })).toBeNull();
  });
});

describe('a field for cron', () => {
  it('says in words what it means, and is written by them', async () => {
    const { user } = await inspect('trigger:schedule', { cron: '0 9 * * 1-5', timezone: 'UTC' });
    expect(await screen.findByText('In words: 0 9 * * 1-5')).toBeVisible();

    await user.selectOptions(screen.getByLabelText('How often'), 'Every month');

    expect(await screen.findByDisplayValue('0 9 1 * *')).toBeVisible();
    expect(await screen.findByText('In words: 0 9 1 * *')).toBeVisible();
  });
});
