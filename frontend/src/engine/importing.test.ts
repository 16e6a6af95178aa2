import { describe, expect, it } from 'vitest';
import example from '../../../docs/examples/order-routing.json';
import { formatOf, needsOf, nodeOfCall, workflowIn, workflowOfCall } from './importing';

describe('what was pasted', () => {
  it('is told by how it begins', () => {
    expect(formatOf('  \n')).toBe('empty');
    expect(formatOf(' $ curl -X POST https://a.test')).toBe('curl');
    expect(formatOf('\n{ "nodes": [] }')).toBe('json');
    expect(formatOf('name: Refunds\nnodes: []')).toBe('yaml');
    expect(formatOf('curlers: 1')).toBe('yaml');
  });

  it('is a bare document or one with a name around it; the name is no part of the document', () => {
    const nodes = [{ id: 'a', type: 'trigger:manual' }];

    expect(workflowIn({ name: 'N', nodes, edges: [] })).toEqual({
      name: 'N',
      description: '',
      definition: { nodes, edges: [] },
    });
    expect(
      workflowIn({ name: 'N', description: 'D', definition: { nodes }, metadata: {} }),
    ).toEqual({
      name: 'N',
      description: 'D',
      definition: { nodes },
    });
    expect(workflowIn({ definition: {} })).toBeNull();
    expect(workflowIn([1])).toBeNull();
  });
});

const credential = (name: string, options: string[] = []) => ({
  name,
  kind: 'credential',
  options,
});

describe('what a document relies on', () => {
  it('are the credentials that its nodes name, once each, and types that nobody knows', () => {
    const known = [...new Set(example.definition.nodes.map(({ type }) => type))]
      .filter((type) => type !== 'action:transform')
      .map((type) => ({
        type,
        fields: type === 'action:email' ? [credential('credential', ['smtp'])] : [],
      }));

    expect(needsOf(example.definition, known)).toEqual({
      credentials: [{ name: 'mail-server', types: ['smtp'], nodeNames: ['Welcome', 'Thank you'] }],
      types: [{ type: 'action:transform', nodeNames: ['Priority order', 'Order to be reviewed'] }],
    });
  });

  it('are found inside of lists too', () => {
    const definition = {
      nodes: [
        { id: 'a', type: 'x:y', data: { config: { calls: [{ key: 'one' }, { key: 'two' }] } } },
      ],
    };
    const fields = [{ name: 'calls', kind: 'list', fields: [credential('key')] }];

    const { credentials } = needsOf(definition, [{ type: 'x:y', fields }]);

    expect(credentials.map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

it('a call becomes a node that is named by what it does, or a workflow that people can run', () => {
  const config = { method: 'POST', url: 'https://api.acme.test/v1/orders?x=1' };

  expect(nodeOfCall(config).node).toEqual({
    id: 'call',
    type: 'action:http',
    position: { x: 0, y: 0 },
    data: { name: 'POST api.acme.test', config },
  });
  expect(workflowOfCall(config).definition).toMatchObject({
    nodes: [{ type: 'trigger:manual' }, { type: 'action:http' }],
    edges: [{ source: 'start', target: 'call' }],
  });
});
