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

    const noteId = put?.ids[2] ?? '';
    expect(put?.ids).toEqual(['http-1-2', 'answer-2', expect.stringMatching(/^note-/)]);
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
      [noteId, 0, 700],
    ]);
  });

  it('keeps its ids in a workflow that has none of them', () => {
    const empty = normalised({});
    const put = pasted(empty, copied(DOCUMENT, CHOSEN));

    expect(put?.ids.slice(0, 2)).toEqual(['http-1', 'answer']);
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
    const ids = pasted(normalised({}), text)?.ids;
    expect(ids?.slice(0, 3)).toEqual(['start', 'http-1', 'answer']);
  });

  it.each(['', 'hello', '[]', '{"nodes": []}', '{"nodes": 5}', '42'])('is not %j', (text) => {
    expect(pasted(DOCUMENT, text)).toBeNull();
  });
});

/** Two nodes whose ids only a hyphen tells apart, and one that reads the longer. */
const NEAR = normalised({
  nodes: [
    { id: 'a', type: 't', position: { x: 0, y: 0 } },
    { id: 'a-1', type: 't', position: { x: 0, y: 90 } },
    { id: 'b', type: 't', position: { x: 300, y: 0 }, data: { x: 'steps.a-1.n + steps.a-2' } },
  ],
});
const readIn = (document: RawDocument, id: string): unknown =>
  (nodeWith(document, id)?.data as { x?: unknown } | undefined)?.x;

describe('a node that is named like another one with a hyphen', () => {
  it('is not taken for it where only the other was copied', () => {
    const source = copied(NEAR, new Set(['a', 'b']));
    const document = after(NEAR, pasted(NEAR, source)?.operations ?? []);

    expect(readIn(document, 'b-2')).toBe('steps["a-1"].n + steps.a-2-2');
    expect(
      readIn(after(normalised({}), pasted(normalised({}), source)?.operations ?? []), 'b'),
    ).toBe('steps["a-1"].n + steps.a-2');
  });

  it('is not taken for it in a copy beside it', () => {
    const { operations } = duplicated(NEAR, new Set(['a', 'b']));
    expect(readIn(after(NEAR, operations), 'b-2')).toBe('steps.a-1.n + steps.a-2-2');
  });
});

describe('a copy', () => {
  it('of a copy does not cover it', () => {
    const text = copied(DOCUMENT, new Set(['answer']));
    const once = after(DOCUMENT, pasted(DOCUMENT, text)?.operations ?? []);
    const twice = after(once, pasted(once, text)?.operations ?? []);

    expect(nodeWith(twice, 'answer-2')).toMatchObject({ position: { x: 632, y: 72 } });
    expect(nodeWith(twice, 'answer-3')).toMatchObject({ position: { x: 664, y: 104 } });
  });

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
    ['ctx.steps["http-1"].x', 'ctx.steps["h3"].x'],
    ['ctx.steps.http.body', 'ctx.steps["h2"].body'],
    ['ctx.steps?.http?.body', 'ctx.steps?.["h2"]?.body'],
    ['ctx.steps.http-1', 'ctx.steps["h2"]-1'],
    ['my.ctx.steps.http', 'my.ctx.steps.http'],
    ['mysteps.http', 'mysteps.http'],
    ['{{ steps.a }} {{ steps.http }}', '{{ steps.a }} {{ steps.h2 }}'],
  ])('%s', (text, followed) => {
    expect(withReferences({ deep: [text] }, renamed, known)).toEqual({ deep: [followed] });
  });
});
