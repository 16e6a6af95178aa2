import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import { demo, runDemo } from '../stage.ts';
import { call, edge, node } from './parts.ts';
import { type Shapes, tellShapes } from './shapes.ts';
import { tellWho } from './who-story.ts';

/** What the photographed tenant has done, by the names the scenes use. */
export interface Story {
  workflows: Record<
    'orders' | 'broken' | 'long' | 'deep' | 'demo' | 'shared' | 'empty' | 'thousand' | 'changed',
    string
  >;
  shapes: Shapes;
  executions: Record<
    | 'completed'
    | 'retried'
    | 'failed'
    | 'waiting'
    | 'retrying'
    | 'warned'
    | 'large'
    | 'wide'
    | 'before',
    string
  >;
}

const ORDERS = {
  nodes: [
    node('start', 'trigger:manual', 'New order', {}),
    node('price', 'action:formula', 'Price with tax', { expression: 'trigger.order.net * 1.19' }),
    node('size', 'control:switch', 'How large is it?', {
      cases: [
        { name: 'large', when: 'trigger.order.net >= 1000' },
        { name: 'medium', when: 'trigger.order.net >= 100' },
      ],
    }),
    node('review', 'action:http', 'Ask the risk service for a second opinion', call('/slow/180')),
    node('stock', 'action:http', 'Reserve the stock', call('/slow/60')),
    node('pack', 'action:set', 'Packing list', {
      values: { lines: '{{ trigger.order.lines }}', total: '{{ steps.price }}' },
    }),
    node('ship', 'action:http', 'Book the parcel', call('/{{ trigger.carrier }}'), {
      retry: { attempts: 3, first_wait_s: 0.2 },
    }),
    node('answer', 'action:respond', 'Confirm', {
      status: 200,
      body: { order: '{{ trigger.order.id }}', total: '{{ steps.price }}' },
    }),
  ],
  edges: [
    edge('start', 'price'),
    edge('price', 'size'),
    edge('size', 'review', 'large'),
    edge('size', 'stock', 'medium'),
    edge('review', 'pack'),
    edge('stock', 'pack'),
    edge('pack', 'ship'),
    edge('ship', 'answer'),
  ],
};

const WAITING = {
  nodes: [
    node('start', 'trigger:manual', 'Somebody signed up', {}),
    node('greet', 'action:http', 'Send the welcome mail', call('/ok')),
    node('wait', 'control:delay', 'Give them three days', { duration: '72h' }),
    node('ask', 'action:http', 'Ask how it goes', call('/ok')),
  ],
  edges: [edge('start', 'greet'), edge('greet', 'wait'), edge('wait', 'ask')],
};

const FLAKY = {
  nodes: [
    node('start', 'trigger:manual', 'Every evening', {}),
    node('push', 'action:http', 'Hand over the invoices', call('/status/503'), {
      retry: { attempts: 9, first_wait_s: 90, longest_wait_s: 900 },
    }),
  ],
  edges: [edge('start', 'push')],
};

const FORGIVING = {
  nodes: [
    node('start', 'trigger:manual', 'Start', {}),
    node('score', 'action:http', 'Score the lead', call('/status/404'), { on_error: 'continue' }),
    node('store', 'action:set', 'Store it', { values: { lead: '{{ trigger.order.id }}' } }),
  ],
  edges: [edge('start', 'score'), edge('score', 'store')],
};

const BROKEN = {
  nodes: [
    node('start', 'trigger:manual', 'Start', {}),
    node('check', 'control:if', 'Is it paid?', { condition: 'triger.paid == ' }),
    node('call', 'action:http', 'Tell the bank', { method: 'POST' }),
    node('odd', 'action:telegraph', 'Send a telegram', {}),
    node('alone', 'action:set', 'Nobody comes here', { values: { a: 1 } }),
  ],
  edges: [edge('start', 'check'), edge('check', 'call', 'true'), edge('check', 'odd', 'false')],
};

/** Thirty nodes: five lanes that part and meet again. */
function wide(): object {
  const lanes = [0, 1, 2, 3, 4];
  const steps = [0, 1, 2, 3, 4];
  return {
    nodes: [
      node('start', 'trigger:manual', 'Nightly import', {}),
      ...lanes.flatMap((lane) =>
        steps.map((step) =>
          node(`n${lane}${step}`, 'action:set', `Lane ${lane + 1}, part ${step + 1}`, {
            values: { lane, step },
          }),
        ),
      ),
      node('end', 'control:merge', 'Put together', { mode: 'append' }),
    ],
    edges: lanes.flatMap((lane) => [
      edge('start', `n${lane}0`),
      ...steps.slice(1).map((step) => edge(`n${lane}${step - 1}`, `n${lane}${step}`)),
      edge(`n${lane}4`, 'end'),
    ]),
  };
}

const COLUMNS = 40;

function thousand(): object {
  const nodes = Array.from({ length: 1_000 }, (_, index) => ({
    ...node(`n${index}`, index === 0 ? 'trigger:manual' : 'control:no_op', `Step ${index}`, {}),
    position: { x: (index % COLUMNS) * 280, y: Math.floor(index / COLUMNS) * 110 },
  }));
  return { nodes, edges: nodes.slice(1).map(({ id }, index) => edge(`n${index}`, id)) };
}

/** A refund, as it was first, as it is live, and as its draft is. */
const refund = (limit: number, isTold: boolean, isNoted: boolean) => ({
  nodes: [
    node('start', 'trigger:manual', 'Refund requested', {}),
    node('check', 'control:if', 'Needs a look?', { condition: `trigger.amount > ${limit}` }),
    node('pay', 'action:http', 'Issue the refund', { ...call('/ok'), timeout_s: limit / 10 }),
    ...(isTold ? [node('tell', 'action:http', 'Tell the customer', call('/ok'))] : []),
    ...(isNoted ? [node('note', 'action:set', 'Note it', { values: { done: true } })] : []),
  ],
  edges: [
    edge('start', 'check'),
    edge('check', 'pay', 'false'),
    ...(isTold ? [edge('pay', 'tell')] : []),
    ...(isNoted ? [edge('check', 'note', 'true')] : []),
  ],
});

export const order = (net: number, carrier: string) => ({
  order: { id: 'ord_8841', net, lines: [{ sku: 'LAMP-3', pieces: 2 }] },
  carrier,
});

/** Some 200 kB: long lists, deep objects, a line without blanks, a text of several lines. */
const large = () => ({
  order: { id: 'ord_9000', net: 240, lines: rows(900) },
  carrier: 'ok',
  token: 'eyJhbGciOiJIUzI1NiJ9'.repeat(120),
  letter: 'Dear Ada,\n\nthe lamp arrived.\n\nYours, Alan',
  deep: { a: { b: { c: { d: { e: { f: 'six levels down' } } } } } },
  none: null,
  empty: { list: [], object: {} },
});

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    sku: `LAMP-${index}`,
    pieces: (index % 7) + 1,
    note: index % 3 === 0 ? 'Handle with care: the glass of this lamp is older than its owner' : '',
  }));

const LONG_NAME =
  'Nightly invoice export to the accountants in Ljubljana and the archive, with a copy to finance';

/** Gives the demo's tenant a past: workflows in every state, executions that ended in every way. */
export async function tellStory(page: Page): Promise<Story> {
  const api = apiOf(page);
  const draft = async (name: string, definition: object): Promise<string> =>
    String((await api('POST', '/workflows', { name, definition })).id);
  const live = async (name: string, definition: object): Promise<string> => {
    const id = await draft(name, definition);
    await api('POST', `/workflows/${id}/publish`, {});
    await api('POST', `/workflows/${id}/activate`, {});
    return id;
  };
  const run = async (id: string, input: unknown = {}): Promise<string> =>
    String((await api('POST', `/workflows/${id}/execute`, { input })).execution_id);

  /** Publishes twice, and leaves a draft that differs; returns it with a run of the first version. */
  const change = async (): Promise<{ changed: string; before: string }> => {
    const id = await live('Refund triage', refund(200, true, false));
    const before = await run(id, { amount: 80 });
    const redraw = async (revision: number, definition: object): Promise<void> => {
      await api('PATCH', `/workflows/${id}`, { definition }, { 'If-Match': `"${revision}"` });
    };
    await redraw(1, refund(500, true, true));
    await api('POST', `/workflows/${id}/publish`, { note: 'Large refunds are noted, not paid.' });
    await redraw(2, refund(500, false, true));
    return { changed: id, before };
  };

  const orders = await live('Orders', ORDERS);
  const waiting = await live('Welcome', WAITING);
  const long = await live(LONG_NAME, FLAKY);
  const forgiving = await live('Lead enrichment', FORGIVING);
  const deep = await live('Nightly import', wide());
  const broken = await draft('Onboard a new hire', BROKEN);
  const empty = await draft('Untitled workflow', { nodes: [], edges: [] });
  const grid = await draft('A thousand steps', thousand());
  const { changed, before } = await change();
  const stopped = await live('Old newsletter', WAITING);
  await api('POST', `/workflows/${stopped}/deactivate`, {});

  for (let count = 0; count < 14; count += 1) await run(orders, order(250 + count, 'ok'));
  const executions = {
    waiting: await run(waiting, order(1, 'ok')),
    retrying: await run(long, order(1, 'ok')),
    warned: await run(forgiving, order(1, 'ok')),
    wide: await run(deep),
    large: await run(orders, large()),
    failed: await run(orders, order(4_200, 'status/422')),
    retried: await run(orders, order(1_900, 'flaky/1')),
  };
  const cancelled = await run(waiting, order(2, 'ok'));
  await api('POST', `/executions/${cancelled}/cancel`, {});
  await page.goto(`${demo.base_url}/workflows`);
  await runDemo(page);
  const completed = page.url().split('/').at(-1) ?? '';
  const shown = await api('GET', `/executions/${completed}`);
  const shapes = await tellShapes(api, { draft, live, run }, executions.failed);
  const shared = await tellWho(page);
  return {
    shapes,
    workflows: {
      orders,
      broken,
      long,
      deep,
      demo: String(shown.workflow_id),
      shared,
      empty,
      thousand: grid,
      changed,
    },
    executions: { ...executions, completed, before },
  };
}
