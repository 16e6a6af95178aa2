import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { makeMe, makeNodeType } from '@/testing/makers';
import { server } from '@/testing/server';
import { makeSample } from '@/testing/writing-handlers';
import { TreeView } from '../run/values/tree-view';
import { inspect } from './inspecting';

const samples = [
  makeSample('start', { body: { ref: 'main', items: [{ id: 7 }] } }, { source: 'trigger' }),
  makeSample('ask', { status: 200, text: 'Hello' }),
];
const definition = {
  nodes: [
    { id: 'start', type: 'trigger:manual', data: { name: 'Start' } },
    { id: 'ask', type: 'action:http', data: { name: 'Ask the shop' } },
    { id: 'act', type: 'test:any', data: { name: 'Act', config: {} as Record<string, unknown> } },
  ],
  edges: [
    { id: 'e', source: 'start', target: 'ask' },
    { id: 'f', source: 'ask', target: 'act' },
  ],
};
const me = makeMe();
me.permissions = [...me.permissions, 'execution.read'];

async function open(
  field: Record<string, unknown>,
  config: Record<string, unknown> = {},
  world: object = {},
) {
  const type = makeNodeType({
    type: 'test:any',
    fields: [
      { name: 'text', title: 'Text', required: false, ...field },
      { name: 'wait', title: 'Wait', kind: 'number', required: false },
    ],
  });
  const nodes = definition.nodes.map((node) =>
    node.id === 'act' ? { ...node, data: { name: 'Act', config } } : node,
  );
  const page = await inspect('test:any', config, {
    types: [type],
    definition: { ...definition, nodes } as never,
    world: { samples, me, ...world },
  });
  await waitFor(() => expect(page.container.querySelector('[data-field]')).not.toBeNull());
  return { ...page, edit: vi.spyOn(page.store.actions, 'edit') };
}

const field = (): HTMLElement => screen.getByRole('textbox', { name: 'Text' });
const transferOf = (text: string) => ({
  types: ['text/plain'],
  getData: () => text,
  setData: vi.fn(),
});

describe('a field with expressions', () => {
  it('is at rest a plain box with pills, and an editor while somebody is in it', async () => {
    const { user, container } = await open(
      { kind: 'template' },
      { text: 'Hi {{ trigger.body.ref }}' },
    );
    const pill = within(field()).getByText('{{ trigger.body.ref }}');
    expect(pill).toHaveClass('text-accent');
    expect(container.querySelector('.cm-editor')).toBeNull();

    await user.click(field());
    await waitFor(() => expect(container.querySelector('.cm-editor')).not.toBeNull());
    expect(field()).toHaveFocus();
    await user.tab();
    await waitFor(() => expect(container.querySelector('.cm-editor')).toBeNull());
  });

  it('is changed letter by letter, and shows what undo brings back', async () => {
    const { user, edit, config, undo, container } = await open(
      { kind: 'expression' },
      { text: 'a' },
    );
    await user.click(field());
    await waitFor(() => expect(container.querySelector('.cm-editor')).not.toBeNull());

    await user.keyboard('{Control>}{End}{/Control}b');
    expect(edit.mock.lastCall).toEqual([
      [{ op: 'node.patch', id: 'act', set: { '/data/config/text': 'ab' } }],
      'change Text of Act',
      { coalesce: 'act ["text"]' },
    ]);
    undo();
    expect(config()).toEqual({ text: 'a' });
    expect(field()).toHaveTextContent(/^a$/);
  });

  it('can be written in before its editor has come', async () => {
    const { user, config } = await open({ kind: 'template' });

    act(() => field().focus());
    await user.keyboard('plain');
    expect(config()).toEqual({ text: 'plain' });
  });

  it('says what it gives with past data, asked when the hand rests', async () => {
    const { user, world } = await open({ kind: 'template' }, { text: 'Hi {{ trigger.body.ref }}' });
    expect(screen.queryByRole('status', { name: 'Value with past data' })).toBeNull();

    await user.click(field());
    await user.keyboard('{Control>}{End}{/Control}!!');

    expect(await screen.findByRole('status', { name: 'Value with past data' })).toHaveTextContent(
      'Hi main!! text',
    );
    expect(world.asked.at(-1)).toEqual({ template: 'Hi {{ trigger.body.ref }}!!', node_id: 'act' });
    const halfway = { template: 'Hi {{ trigger.body.ref }}!', node_id: 'act' };
    expect(world.asked).not.toContainEqual(halfway);
  });

  it('marks where an expression is wrong, and says why', async () => {
    const { user, container } = await open({ kind: 'expression' }, { text: 'trigger.body.gone' });

    await user.click(field());
    expect(await screen.findByText('There is no “gone” in trigger.')).toBeVisible();
    await waitFor(() => expect(container.querySelector('.cm-fault')).toHaveTextContent('trigger'));
  });

  it('asks nothing of who may not see executions', async () => {
    const asked = vi.fn();
    server.events.on('request:start', ({ request }) => asked(new URL(request.url).pathname));
    const reader = makeMe();
    reader.permissions = reader.permissions.filter((one) => one !== 'execution.read');
    const { user } = await open({ kind: 'expression' }, { text: 'trigger.body' }, { me: reader });

    await user.click(field());
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(
      asked.mock.calls.flat().filter((path) => /samples|preview/.test(path as string)),
    ).toEqual([]);
    server.events.removeAllListeners();
  });

  it('goes on without a preview where the server has none', async () => {
    const { user, config } = await open({ kind: 'expression' }, { text: 'trigger.body' });
    server.use(http.post('*/api/v1/workflows/:id/preview', () => HttpResponse.error()));

    await user.click(field());
    await user.keyboard('{Control>}{End}{/Control}.ref');
    expect(config()).toEqual({ text: 'trigger.body.ref' });
    expect(screen.queryByRole('status', { name: 'Value with past data' })).toBeNull();
  });
});

describe('earlier data', () => {
  const drawer = async (user: { click: (element: Element) => Promise<void> }) => {
    await user.click(screen.getByRole('button', { name: 'Data from earlier nodes' }));
    return screen.findByRole('tree', { name: 'Data from earlier nodes' });
  };

  it('is a tree that opens by keys, and is written at the caret by Enter', async () => {
    const { user, config } = await open({ kind: 'template' }, { text: 'Hi ' });
    await user.click(field());
    const tree = await drawer(user);
    await within(tree).findByText(/status: 200/);
    const [first] = within(tree).getAllByRole('treeitem');
    expect(first).toHaveTextContent('Ask the shop');

    act(() => first?.focus());
    await user.keyboard('{ArrowRight}{ArrowDown}{ArrowDown}{Enter}');
    expect(config()).toEqual({ text: 'Hi {{ steps.ask.text }}' });
  });

  it('is inserted by a click, and without a field says what to do first', async () => {
    const { user, config, edit } = await open({ kind: 'expression' });
    const tree = await drawer(user);
    const insert = await within(tree).findByRole('button', { name: 'Insert trigger' });
    expect(insert).toHaveAttribute('title', 'Choose a field first: its caret says where.');
    await user.click(insert);
    expect(edit).not.toHaveBeenCalled();

    await user.click(field());
    await user.click(insert);
    expect(config()).toEqual({ text: 'trigger' });
  });

  it('is written at the caret from the tree of an execution too', async () => {
    const { user, config } = await open({ kind: 'expression' }, { text: '1 + ' });
    render(<TreeView value={{ rows: [1] }} root={['steps', 'ask']} label="Output" found={null} />);
    const row = screen.getByRole('treeitem', { name: /rows/ });
    expect(within(row).queryByRole('button', { name: /Insert/ })).toBeNull();

    await user.click(field());
    await user.keyboard('{Control>}{End}{/Control}');
    await user.click(within(row).getByRole('button', { name: 'Insert steps.ask.rows' }));
    expect(config()).toEqual({ text: '1 + steps.ask.rows' });
  });

  it('is searched by name and value', async () => {
    const { user } = await open({ kind: 'template' });
    const tree = await drawer(user);
    await user.type(screen.getByRole('searchbox', { name: 'Search in the data' }), 'hello');

    await waitFor(() =>
      expect(
        within(tree)
          .getAllByRole('treeitem')
          .map(({ dataset }) => dataset.place),
      ).toEqual(['steps.ask', 'steps.ask.text']),
    );
  });

  it('is dropped into a field as that field writes it', async () => {
    const { config } = await open({ kind: 'expression' }, {});

    fireEvent.drop(field(), { dataTransfer: transferOf('{{ steps.ask.text }}') });
    expect(config()).toEqual({ text: 'steps.ask.text' });
    fireEvent.drop(field(), { dataTransfer: transferOf('no path') });
    expect(config()).toEqual({ text: 'steps.ask.text' });
  });

  it('makes an expression of a number that it is dropped on', async () => {
    const { config, edit } = await open({ kind: 'template' }, { wait: 3 });

    fireEvent.drop(screen.getByRole('textbox', { name: 'Wait' }), {
      dataTransfer: transferOf('{{ steps.ask.status }}'),
    });
    expect(config()).toEqual({ wait: '{{ steps.ask.status }}' });
    expect(edit).toHaveBeenCalledTimes(1);
  });
});
