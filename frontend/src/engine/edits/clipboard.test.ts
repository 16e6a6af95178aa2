import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import { copied, duplicated, pasted } from './clipboard';
import { notesOf } from './frames';
import { normalised } from './normalised';
import { edgesOf, nodeWith, type Operation, type RawDocument } from './operations';
import { withReferences } from './references';

const DOCUMENT = normalised({
  nodes: [
    { id: 'start', type: 'trigger:manual', position: { x: 0, y: 0 }, data: { name: 'Start' } },
    {
      id: 'http-1',
      type: 'action:http',
      position: { x: 300, y: 0 },
      data: {
        name: 'Ask',
        config: {
          headers: { Authorization: 'Bearer 123', 'X-Api-Key': '{{ credentials.shop }}' },
          password: 'hunter2',
        },
      },
    },
    {
      id: 'answer',
      type: 'action:respond',
      position: { x: 600, y: 40 },
      data: { name: 'Answer', config: { body: '{{ steps.http-1.body }} {{ steps.start.id }}' } },
    },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'http-1' },
    { id: 'e2', source: 'http-1', target: 'answer' },
  ],
  editor: { notes: { why: { x: 300, y: 200, width: 200, height: 80, text: 'Because' } } },
});

function after(document: RawDocument, operations: readonly Operation[]): RawDocument {
  const applied = apply({ name: '', description: '', definition: document }, operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  return applied.draft.definition;
}

const CHOSEN = new Set(['http-1', 'answer', 'why']);

describe('what is pasted', () => {
  it('has new ids, and what it refers to of itself follows', () => {
    const put = pasted(DOCUMENT, copied(DOCUMENT, CHOSEN), { x: 0, y: 500 });
    const document = after(DOCUMENT, put?.operations ?? []);

    expect(put?.ids).toEqual(['http-1-2', 'answer-2', 'why-2']);
    expect(nodeWith(document, 'answer-2')).toMatchObject({
      position: { x: 300, y: 540 },
      data: { config: { body: '{{ steps.http-1-2.body }} {{ steps.start.id }}' } },
    });
    expect(edgesOf(document)).toMatchObject([
      { id: 'e1' },
      { id: 'e2' },
      { source: 'http-1-2', target: 'answer-2' },
    ]);
    expect(notesOf(document).map(({ id, x, y }) => [id, x, y])).toEqual([
      ['why', 300, 200],
      ['why-2', 0, 700],
    ]);
  });

  it('keeps its ids in a workflow that has none of them', () => {
    const empty = normalised({});
    const put = pasted(empty, copied(DOCUMENT, CHOSEN));

    expect(put?.ids).toEqual(['http-1', 'answer', 'why']);
    expect(nodeWith(after(empty, put?.operations ?? []), 'answer')).toMatchObject({
      data: { config: { body: '{{ steps.http-1.body }} {{ steps.start.id }}' } },
    });
  });

  it('carries no secrets, but the expressions that name them', () => {
    const text = copied(DOCUMENT, CHOSEN);

    expect(text).not.toMatch(/hunter2|Bearer/);
    expect(JSON.parse(text).nodes[0].data.config).toEqual({
      headers: { Authorization: '', 'X-Api-Key': '{{ credentials.shop }}' },
      password: '',
    });
  });

  it('may be a whole workflow as it is exported', () => {
    const text = JSON.stringify({ name: 'Refunds', definition: DOCUMENT });
    expect(pasted(normalised({}), text)?.ids).toEqual(['start', 'http-1', 'answer', 'why']);
  });

  it.each(['', 'hello', '[]', '{"nodes": []}', '{"nodes": 5}', '42'])('is not %j', (text) => {
    expect(pasted(DOCUMENT, text)).toBeNull();
  });
});

describe('a copy', () => {
  it('stands a little aside, with secrets, for they stay where they are', () => {
    const { operations, ids } = duplicated(DOCUMENT, new Set(['http-1', 'answer']));
    const document = after(DOCUMENT, operations);

    expect(ids).toEqual(['http-1-2', 'answer-2']);
    expect(nodeWith(document, 'http-1-2')).toMatchObject({
      position: { x: 332, y: 32 },
      data: { config: { password: 'hunter2' } },
    });
    expect(edgesOf(document)).toHaveLength(3);
  });

  it('of nothing is nothing', () => {
    expect(copied(DOCUMENT, new Set(['e1']))).toBe('');
    expect(duplicated(DOCUMENT, new Set())).toEqual({ operations: [], ids: [] });
  });
});

describe('a reference', () => {
  const known = new Set(['http', 'http-1', 'a']);
  const renamed = new Map([
    ['http', 'h2'],
    ['http-1', 'h3'],
  ]);

  it.each([
    ['steps.http.body', 'steps.h2.body'],
    ['steps.http-1.body', 'steps.h3.body'],
    ['steps.http-2', 'steps.h2-2'],
    ['steps.https', 'steps.https'],
    ['steps["http-1"].x + steps[\'http\']', 'steps["h3"].x + steps[\'h2\']'],
    ['my.steps.http', 'my.steps.http'],
    ['mysteps.http', 'mysteps.http'],
    ['{{ steps.a }} {{ steps.http }}', '{{ steps.a }} {{ steps.h2 }}'],
  ])('%s', (text, followed) => {
    expect(withReferences({ deep: [text] }, renamed, known)).toEqual({ deep: [followed] });
  });
});
