import { describe, expect, it } from 'vitest';
import { readDocument, readPasted, settingOf, withField, withSetting } from './document';

describe('reading a document', () => {
  it('takes what can be drawn and leaves out what has no id or leads nowhere', () => {
    const document = readDocument({
      nodes: [
        { id: 'a', type: 'trigger:manual', position: { x: 1, y: 2 }, data: { name: 'Start' } },
        { type: 'action:http' },
        'no node',
      ],
      edges: [
        { id: 'e1', source: 'a', target: 'gone' },
        { id: 'e2', source: 'a', target: 'a', sourceHandle: 'true' },
      ],
    });

    expect(document.nodes.map((node) => node.id)).toEqual(['a']);
    expect(document.nodes[0]).toMatchObject({
      name: 'Start',
      position: { x: 1, y: 2 },
      isDisabled: false,
    });
    expect(document.edges).toEqual([
      { id: 'e2', source: 'a', target: 'a', port: 'true', label: '' },
    ]);
  });

  it.each([null, 7, [], { nodes: 'many' }, { nodes: [null], edges: [[]] }])(
    'finds nothing to draw in %j',
    (value) => {
      expect(readDocument(value)).toEqual({ nodes: [], edges: [] });
    },
  );

  it('keeps the last of two nodes with one id, so that every id is drawn once', () => {
    const { nodes } = readDocument({
      nodes: [
        { id: 'a', type: 'x' },
        { id: 'a', type: 'y' },
      ],
    });

    expect(nodes).toHaveLength(1);
    expect(nodes[0]?.type).toBe('y');
  });

  it('calls a node by its id where it has no name', () => {
    expect(readDocument({ nodes: [{ id: 'http-1', type: 'action:http' }] }).nodes[0]?.name).toBe(
      'http-1',
    );
  });
});

describe('reading pasted text', () => {
  it('takes a bare document', () => {
    expect(readPasted('{"nodes": []}')).toEqual({ ok: true, name: '', definition: { nodes: [] } });
  });

  it('takes what the API exports, with its name', () => {
    const text = '{"name": "Deploy", "definition": {"nodes": []}}';

    expect(readPasted(text)).toEqual({ ok: true, name: 'Deploy', definition: { nodes: [] } });
  });

  it('names the line and column where the JSON breaks', () => {
    expect(readPasted('{\n  "nodes": [,]\n}')).toEqual({
      ok: false,
      reason: 'syntax',
      line: 2,
      column: 13,
    });
  });

  it('points behind the last character of a text that stops too early', () => {
    expect(readPasted('{"nodes": [')).toMatchObject({
      ok: false,
      reason: 'syntax',
      line: 1,
      column: 12,
    });
  });

  it.each(['[]', '"text"', '{"nodes": {}}', '{"definition": {}}'])(
    'says that %s is no document',
    (text) => {
      expect(readPasted(text)).toMatchObject({ ok: false, reason: 'shape' });
    },
  );

  it('asks for something where there is nothing', () => {
    expect(readPasted('  \n')).toMatchObject({ ok: false, reason: 'empty' });
  });
});

describe('changing one field', () => {
  const definition = {
    nodes: [
      {
        id: 'a',
        type: 'action:http',
        data: { name: 'A', config: { url: 'x', credential: 'old' } },
      },
      { id: 'b', type: 'action:http' },
    ],
    edges: [],
    settings: { timeout_s: 60 },
  };

  it('leaves everything else as it is, and the old document alone', () => {
    const before = structuredClone(definition);

    const after = withField(definition, 'a', 'credential', 'acme');

    expect(after).toEqual({
      ...before,
      nodes: [
        {
          id: 'a',
          type: 'action:http',
          data: { name: 'A', config: { url: 'x', credential: 'acme' } },
        },
        before.nodes[1],
      ],
    });
    expect(definition).toEqual(before);
  });

  it('makes what is not there yet, and removes what is emptied', () => {
    expect(withField(definition, 'b', 'credential', 'acme').nodes).toContainEqual({
      id: 'b',
      type: 'action:http',
      data: { config: { credential: 'acme' } },
    });
    expect(readDocument(withField(definition, 'a', 'credential', '')).nodes[0]?.config).toEqual({
      url: 'x',
    });
  });

  it('reaches the settings too', () => {
    const after = withSetting(definition, 'error_workflow_id', 'w1');

    expect(after.settings).toEqual({ timeout_s: 60, error_workflow_id: 'w1' });
    expect(settingOf(after, 'error_workflow_id')).toBe('w1');
    expect(settingOf(withSetting(after, 'error_workflow_id', ''), 'error_workflow_id')).toBe('');
    expect(withSetting({}, 'error_workflow_id', 'w1').settings).toEqual({
      error_workflow_id: 'w1',
    });
  });
});
