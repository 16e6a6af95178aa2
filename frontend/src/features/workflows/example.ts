import { readPasted } from '@/engine/document';

const node = (id: string, type: string, name: string, config: object) => ({
  id,
  type,
  data: { name, config },
});

/** A document for who has none yet: it branches, runs at once, and calls nobody. */
export const EXAMPLE = JSON.stringify(
  {
    name: 'Greeting',
    nodes: [
      node('start', 'trigger:manual', 'Start', {}),
      node('named', 'control:if', 'Do we know the name?', {
        condition: '(trigger.name ?? "") != ""',
      }),
      node('hello', 'action:respond', 'Greet by name', {
        body: { greeting: 'Hello, {{ trigger.name }}' },
      }),
      node('stranger', 'action:respond', 'Greet a stranger', {
        body: { greeting: 'Hello, whoever you are' },
      }),
    ],
    edges: [
      { id: 'e1', source: 'start', target: 'named' },
      { id: 'e2', source: 'named', target: 'hello', sourceHandle: 'true' },
      { id: 'e3', source: 'named', target: 'stranger', sourceHandle: 'false' },
    ],
  },
  null,
  2,
);

export const readExample = () => readPasted(EXAMPLE);
