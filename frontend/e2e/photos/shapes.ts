import type { Api } from '../api.ts';
import { call, edge, node } from './parts.ts';

/** Executions in every shape that is more than one line of nodes, and the credentials that they name. */
export interface Shapes {
  all: string;
  /** The workflow of `passes`. */
  parcels: string;
  passes: string;
  hook: string;
  approval: string;
  paused: string;
  copied: string;
  parent: string;
  child: string;
  log: string;
}

interface Tell {
  draft: (name: string, definition: object) => Promise<string>;
  live: (name: string, definition: object) => Promise<string>;
  run: (id: string, input?: unknown) => Promise<string>;
}

const ORDER = { order: { id: 'ord_8841' } };

const start = node('start', 'trigger:manual', 'Start', {});

const PASSES = {
  nodes: [
    start,
    node('each', 'control:loop', 'Each carrier', {
      source: '{{ trigger.carriers }}',
      on_error: 'continue',
    }),
    node('guard', 'control:try', 'Book, or note why not', {}),
    node('book', 'action:http', 'Book the parcel', call('/{{ item }}')),
    node('note', 'action:set', 'Note the failure', { values: { why: '{{ error.message }}' } }),
    node('sum', 'action:set', 'Sum up', { values: { count: '{{ steps.each.iteration_count }}' } }),
  ],
  edges: [
    edge('start', 'each'),
    edge('each', 'guard', 'body'),
    edge('guard', 'book', 'try'),
    edge('guard', 'note', 'catch'),
    edge('each', 'sum', 'done'),
  ],
};

const HOOK = {
  nodes: [
    start,
    node('callback', 'control:wait_for_webhook', 'Until the printer reports', {
      timeout_s: 86_400,
    }),
    node('ship', 'action:set', 'Ship it', { values: { state: '{{ steps.callback.body }}' } }),
  ],
  edges: [edge('start', 'callback'), edge('callback', 'ship')],
};

const APPROVAL = {
  nodes: [
    start,
    node('ask', 'control:approval', 'May it go out?', {
      title: 'Deploy 1.4.0?',
      message: 'Asked for by Ada. The last one was three weeks ago.',
      assignees: ['admin', 'ops@example.com'],
      form: { type: 'object', properties: { window: { enum: ['now', 'tonight'] } } },
    }),
    node('deploy', 'action:set', 'Deploy', { values: { done: true } }),
    node('sorry', 'action:set', 'Say no', { values: { done: false } }),
  ],
  edges: [
    edge('start', 'ask'),
    edge('ask', 'deploy', 'approved'),
    edge('ask', 'sorry', 'rejected'),
  ],
};

const SLOW = {
  nodes: [
    start,
    node('fetch', 'action:http', 'Fetch the archive', call('/slow/2500')),
    node('store', 'action:set', 'Store it', { values: { done: true } }),
  ],
  edges: [edge('start', 'fetch'), edge('fetch', 'store')],
};

const CHILD = {
  nodes: [
    node('called', 'trigger:sub_workflow', 'Called', {}),
    node('price', 'action:set', 'Price', { values: { of: '{{ trigger }}' } }),
  ],
  edges: [edge('called', 'price')],
};

const LOG = {
  nodes: [
    start,
    node('count', 'action:code', 'Count by city', {
      language: 'javascript',
      script:
        "console.log('two orders of Ulm');\nconsole.warn('one order has no city');\nreturn { Ulm: 2 };",
    }),
  ],
  edges: [edge('start', 'count')],
};

const parentOf = (child: string) => ({
  nodes: [
    start,
    node('prices', 'control:sub_workflow', 'Price of each', {
      workflow_id: child,
      mode: 'for_each',
      items: ['lamp', 'bulb', 'cable'],
    }),
  ],
  edges: [edge('start', 'prices')],
});

/** One of every family: containers, calls, services, models. */
const allOf = (child: string) => ({
  nodes: [
    node('start', 'trigger:schedule', 'Every morning', { cron: '0 7 * * *' }),
    node('each', 'control:loop', 'Each open order', { source: '{{ [1, 2, 3] }}' }),
    node('guard', 'control:try', 'Charge, or note why not', {}),
    node('charge', 'action:http', 'Charge the card', call('/ok')),
    node('note', 'action:set', 'Note the failure', { values: { why: '{{ error.message }}' } }),
    node('tidy', 'control:no_op', 'Release the lock', {}),
    node('both', 'control:parallel', 'Ask both at once', { branches: ['shop', 'stock'] }),
    node('shop', 'control:sub_workflow', 'Price of the shop', { workflow_id: child }),
    node('stock', 'control:sub_workflow', 'Price of the stock', { workflow_id: child }),
    node('sum', 'llm:summarize', 'Sum up the day', {
      credential: 'openai',
      model: 'gpt-5.4-mini',
      text: '{{ steps.both }}',
    }),
    node('ask', 'llm:chat', 'Is anything odd?', {
      credential: 'openai',
      model: 'gpt-5.4-mini',
      prompt: '{{ steps.sum.text }}',
    }),
    node('tell', 'slack:send_message', 'Tell the channel', {
      credential: 'team-slack',
      channel: '#orders',
      text: '{{ steps.ask.text }}',
    }),
    node('mail', 'action:email', 'Write to finance', {
      credential: 'mail',
      to: 'finance@example.com',
      subject: 'Orders of the day',
      body: '{{ steps.ask.text }}',
    }),
    node('issue', 'github:create_issue', 'Open an issue', {
      credential: 'github-bot',
      owner: 'acme',
      repo: 'orders',
      title: 'Look at this',
    }),
  ],
  edges: [
    edge('start', 'each'),
    edge('each', 'guard', 'body'),
    edge('guard', 'charge', 'try'),
    edge('guard', 'note', 'catch'),
    edge('guard', 'tidy', 'finally'),
    edge('each', 'both', 'done'),
    edge('both', 'shop', 'shop'),
    edge('both', 'stock', 'stock'),
    edge('both', 'sum', 'done'),
    edge('sum', 'ask'),
    edge('ask', 'tell'),
    edge('tell', 'mail'),
    edge('mail', 'issue'),
  ],
});

async function keep(api: Api): Promise<void> {
  const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const made = [
    {
      name: 'old-shop',
      type: 'header',
      values: { name: 'X-Shop', value: 's' },
      expires_at: at(-9),
    },
    { name: 'mail', type: 'smtp', values: { host: 'mail.example.com', from: 'a@example.com' } },
    {
      name: 'archive',
      type: 'aws',
      description:
        'The bucket of the invoices, in Frankfurt, which the accountants in Ljubljana read',
      values: { access_key_id: 'AKIAEXAMPLE', secret_access_key: 's' },
      is_disabled: true,
    },
    { name: 'github-bot', type: 'github', values: { token: 't' }, expires_at: at(21) },
    { name: 'openai', type: 'openai', values: { api_key: 'k' } },
    {
      name: 'team-slack',
      type: 'slack',
      description: 'Writes into #orders',
      values: { token: 't' },
      allowed_hosts: ['slack.com', '*.slack.com', 'files.slack.com'],
    },
  ];
  for (const one of made) await api('POST', '/credentials', one);
}

export async function tellShapes(api: Api, tell: Tell, failed: string): Promise<Shapes> {
  const has = await api('GET', '/credentials');
  if ((has.results as unknown[]).length === 0) await keep(api);
  const child = await tell.live('Price of one', CHILD);
  const paused = await tell.run(await tell.live('Slow archive', SLOW), ORDER);
  await api('POST', `/executions/${paused}/pause`, {});
  const parent = await tell.run(await tell.live('Prices', parentOf(child)));
  const parcels = await tell.live('Parcels', PASSES);
  const passes = await tell.run(parcels, {
    ...ORDER,
    carriers: ['ok', 'status/404', 'ok', 'status/422', 'ok'],
  });
  const all = await tell.live('Orders of the day', allOf(child));
  const hook = await tell.run(await tell.live('Print run', HOOK));
  const approval = await tell.run(await tell.live('Release', APPROVAL));
  const log = await tell.run(await tell.live('Cities', LOG));
  const again = await api('POST', `/executions/${failed}/retry`, {
    start_at: 'failed',
    version: 'same',
  });
  const children = await api('GET', `/executions?parent_id=${parent}`);
  const [first] = children.results as { id: string }[];
  const copied = String(again.execution_id);
  return {
    all,
    parcels,
    passes,
    hook,
    approval,
    paused,
    copied,
    parent,
    child: first?.id ?? parent,
    log,
  };
}
