import { describe, expect, it } from 'vitest';
import { type DocumentNode, readDocument } from './document';
import { freePort, portName, portsOfNode } from './ports';

const nodeOf = (type: string, data: object = {}): DocumentNode =>
  readDocument({ nodes: [{ id: 'one', type, data }], edges: [] }).nodes[0]!;

const plain = { ports: ['main'], needs_port: false };

describe('the ports of a node', () => {
  it('are those of its type; the usual one has no name', () => {
    expect(portsOfNode(nodeOf('action:http'), plain, [])).toEqual(['']);
    const fork = { ports: ['true', 'false'], needs_port: true };
    expect(portsOfNode(nodeOf('control:if'), fork, ['false'])).toEqual(['true', 'false']);
    expect(portName('main')).toBe('');
  });

  it('come from the configuration where the type says so', () => {
    const cases = [{ name: 'big' }, { name: 'small' }, { name: 'big' }, {}, null];
    const config = { cases };
    expect(portsOfNode(nodeOf('control:switch', { config }), plain, [])).toEqual([
      'big',
      'small',
      'fallback',
    ]);
    const branches = { config: { branches: ['left', '', 'right'] } };
    expect(portsOfNode(nodeOf('control:parallel', branches), plain, [])).toEqual([
      'left',
      'right',
      'done',
    ]);
  });

  it('have one for failures, and keep one that only an edge knows', () => {
    const node = nodeOf('action:http', { on_error: 'branch' });
    expect(portsOfNode(node, plain, ['', 'gone'])).toEqual(['', 'error', 'gone']);
  });

  it('are what its edges use where the type is unknown', () => {
    expect(portsOfNode(nodeOf('somebody:else'), undefined, ['left'])).toEqual(['left']);
    expect(portsOfNode(nodeOf('somebody:else'), undefined, [])).toEqual(['']);
  });
});

describe('the port of a new edge', () => {
  it('is the first free one, and never by itself that of failures', () => {
    expect(freePort(['true', 'false'], ['true'])).toBe('false');
    expect(freePort(['', 'error'], [''])).toBe('');
    expect(freePort([], [])).toBe('');
  });
});
