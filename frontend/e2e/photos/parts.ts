import { demo } from '../stage.ts';

export const node = (
  id: string,
  type: string,
  name: string,
  config: object,
  beside: object = {},
) => ({
  id,
  type,
  data: { name, config, ...beside },
});

export const edge = (source: string, target: string, port = '') => ({
  id: `${source}-${port}-${target}`,
  source,
  target,
  ...(port === '' ? {} : { sourceHandle: port }),
});

export const call = (path: string) => ({
  method: 'POST',
  url: `${demo.receiver_url}${path}`,
  body: { order: '{{ trigger.order.id }}' },
});
