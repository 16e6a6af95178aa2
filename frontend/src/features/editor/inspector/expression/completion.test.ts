import { describe, expect, it } from 'vitest';
import functions from '@/generated/functions.json';
import type { Known } from '../model/known';
import { completionsAt, expressionBefore } from './completion';

const roots: Known = {
  parts: new Map<string, Known>([
    ['trigger', { value: { body: { ref: 'main', 'first name': 'Ada' }, items: [{ id: 1 }] } }],
    [
      'steps',
      {
        parts: new Map([
          [
            'http-1',
            {
              title: 'Ask',
              schema: { type: 'object', properties: { status: { type: 'integer' } } },
            },
          ],
        ]),
      },
    ],
  ]),
};

const labels = (text: string, mode: 'template' | 'code' = 'template'): string[] =>
  completionsAt(text, roots, mode, functions)?.options.map(({ label }) => label) ?? [];
const first = (text: string, count: number): string[] => labels(text).slice(0, count);

describe('completion', () => {
  it('begins with the roots, then functions that are no methods', () => {
    expect(first('', 2)).toEqual(['trigger', 'steps']);
    expect(labels('')).toContain('round');
    expect(labels('')).not.toContain('groupBy');
    expect(completionsAt('1 + tri', roots, 'template', functions)?.typed).toBe('tri');
  });

  it('knows parts from past data and from what a type promises, by node id', () => {
    expect(first('trigger.', 2)).toEqual(['body', 'items']);
    expect(first('trigger.body.re', 2)).toEqual(['ref', 'first name']);
    expect(first('trigger.items[0].', 1)).toEqual(['id']);
    expect(first('steps.', 1)).toEqual(['http-1']);
    expect(first('steps.http-1.', 1)).toEqual(['status']);
    expect(completionsAt('steps.http-1.', roots, 'template', functions)?.options[0]?.detail).toBe(
      'number',
    );
  });

  it('offers the functions that can be called on such a value', () => {
    expect(labels('trigger.items.')).toContain('groupBy');
    expect(labels('trigger.body.ref.')).toContain('upper');
    expect(labels('trigger.body.ref.')).not.toContain('groupBy');
  });

  it('follows names in brackets inside of JSON, and looks at one line of a script', () => {
    const json = '{"a": "{{ trigger[\\"body\\"].';
    expect(expressionBefore('json', json, json.length)).toBe(' trigger["body"].');
    const script = "// don't\nreturn ctx.trigger.";
    expect(expressionBefore('code', script, script.length)).toBe('return ctx.trigger.');
  });

  it('is silent in strings and where nothing is known', () => {
    expect(completionsAt('trigger.body.ref == "tri', roots, 'template', functions)).toBeNull();
    expect(first('trigger.gone.', 1)).not.toContain('body');
  });

  it('in a script follows what the script can read', () => {
    expect(labels('return ctx.', 'code')).toEqual(['trigger', 'steps']);
    expect(labels('ctx.trigger.body.', 'code')).toEqual(['ref', 'first name']);
    expect(labels('tri', 'code')).toEqual([]);
  });

  it('looks at the expression around the caret only', () => {
    expect(expressionBefore('template', 'a {{ trig', 9)).toBe(' trig');
    expect(expressionBefore('template', 'a trig', 6)).toBeNull();
    expect(expressionBefore('json', '{"a": "{{ tr', 12)).toBe(' tr');
    expect(expressionBefore('expression', 'a + b', 3)).toBe('a +');
  });
});
