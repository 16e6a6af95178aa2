import { describe, expect, it } from 'vitest';
import { insertion, readPath, scripted, written } from './paths';
import { faultRange, previewText } from './preview-text';
import { literalOf, openedBefore, segmentsOf, soleExpression, templateOf } from './templates';

const cut = (source: string) => segmentsOf(source).map(({ kind, source: part }) => [kind, part]);

describe('a template', () => {
  it('is cut into texts and expressions; braces and quotes inside of one do not end it', () => {
    expect(cut('a {{ x }} b {{ {"k": {"}}": 1}} }}')).toEqual([
      ['text', 'a '],
      ['expression', '{{ x }}'],
      ['text', ' b '],
      ['expression', '{{ {"k": {"}}": 1}} }}'],
    ]);
  });

  it('that is not closed is text', () => {
    expect(cut('a {{ x')).toEqual([['text', 'a {{ x']]);
    expect(cut('')).toEqual([]);
  });

  it('knows where the expression around a caret begins', () => {
    const source = 'a {{ x }} {{ y';
    expect(openedBefore(source, 1)).toBe(-1);
    expect(openedBefore(source, 5)).toBe(4);
    expect(openedBefore(source, 8)).toBe(-1);
    expect(openedBefore(source, 9)).toBe(-1);
    expect(openedBefore(source, 14)).toBe(12);
  });

  it('and the literal that it stands for become each other', () => {
    for (const value of [30, true, 'POST', ['a'], { a: { b: 1 } }])
      expect(literalOf(templateOf(value))).toEqual({ value });
    expect(literalOf('{{ trigger.a }}')).toBeNull();
    expect(literalOf('a {{ 1 }}')).toBeNull();
    expect(soleExpression(' {{ trigger.a }} ')).toBe('trigger.a');
  });
});

describe('a path', () => {
  it.each([
    [['steps', 'http-1', 'body', 0, 'first name'], 'steps.http-1.body[0]["first name"]'],
    [['trigger', 'headers', 'x-github-event'], 'trigger.headers.x-github-event'],
    [['trigger', 'a-1'], 'trigger["a-1"]'],
    [['steps', '1st'], 'steps["1st"]'],
    [['item'], 'item'],
  ])('%j is written and read as %s', (path, text) => {
    expect(written(path)).toBe(text);
    expect(readPath(text)).toEqual(path);
  });

  it('is read with indexes behind dots, and not from what is no path', () => {
    expect(readPath('trigger.items.0.id')).toEqual(['trigger', 'items', 0, 'id']);
    expect(readPath('trigger.a + 1')).toBeNull();
    expect(readPath('1.a')).toBeNull();
  });

  it('is written for scripts', () => {
    expect(scripted(['steps', 'http-1', 'body', 0])).toBe('ctx.steps["http-1"].body[0]');
  });

  it.each([
    ['template', 'Hi ', 3, '{{ trigger.a }}'],
    ['template', 'Hi {{ }}', 6, 'trigger.a'],
    ['expression', 'x == ', 5, 'trigger.a'],
    ['json', '{"a": }', 6, '"{{ trigger.a }}"'],
    ['json', '{"a": ""}', 7, '{{ trigger.a }}'],
    ['json', '{"a": "{{ }}"}', 10, 'trigger.a'],
    ['code', 'return ', 7, 'ctx.trigger.a'],
  ] as const)('stands in a field of the mode %s in “%s” at %d as %s', (mode, text, at, wanted) => {
    expect(insertion(mode, text, at, ['trigger', 'a'])).toBe(wanted);
  });

  it.each([
    ['{"a": "{{ trigger[\\"a b\\"] }}", "b": }', 37, '"{{ trigger.a }}"'],
    ['{"a": "{{ trigger[\\"a b\\"] }}", "b": ""}', 38, '{{ trigger.a }}'],
    ['{"a": "{{ trigger[\\"a b\\"] +  }}"}', 29, 'trigger.a'],
    ['{"a": "\\\\"}', 9, '{{ trigger.a }}'],
  ])('stands in JSON behind an expression with quotes: %s at %d', (source, at, wanted) => {
    expect(insertion('json', source, at, ['trigger', 'a'])).toBe(wanted);
  });

  it('that cannot be read is none', () => {
    expect(readPath('a["\\x"]')).toBeNull();
  });

  it('with quotes is escaped inside of JSON', () => {
    expect(insertion('json', '{"a": }', 6, ['trigger', 'a b'])).toBe('"{{ trigger[\\"a b\\"] }}"');
  });
});

describe('a preview', () => {
  it('shows a text as it is and anything else as JSON, cut where it is long', () => {
    expect(previewText('a')).toBe('a');
    expect(previewText('')).toBe('""');
    expect(previewText({ a: [1] })).toBe('{"a":[1]}');
    expect(previewText('x'.repeat(500))).toHaveLength(401);
  });

  it('marks the word at the position that the server counts in characters', () => {
    expect(faultRange('a + bc.d', 4)).toEqual({ from: 4, to: 6 });
    expect(faultRange('"😀" + bc', 6)).toEqual({ from: 7, to: 9 });
    expect(faultRange('a +', 3)).toEqual({ from: 2, to: 3 });
    expect(faultRange('a', null)).toBeNull();
  });
});
