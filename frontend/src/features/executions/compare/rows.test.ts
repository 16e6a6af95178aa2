import { describe, expect, it } from 'vitest';
import type { SchemaStepListed } from '@/generated/api';
import { firstRow, isDifferent, type Row, rowsOf, type Side } from './rows';

const step = (node_id: string, more: Partial<SchemaStepListed> = {}): SchemaStepListed => ({
  node_id,
  scope: '',
  node_type: 'action:http',
  status: 'completed',
  attempt: 1,
  port: '',
  copied_from: null,
  is_pinned: false,
  seq: 1,
  digests: { input: null, item: null, output: 'same', error: null },
  started_at: '2026-11-30T10:00:00Z',
  ended_at: '2026-11-30T10:00:01Z',
  ...more,
});

const node = (id: string, config: object = {}, type = 'action:http') => ({
  id,
  type,
  data: { name: id.toUpperCase(), config, notes: Math.random() },
});

const line = (...nodes: ReturnType<typeof node>[]) => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, index) => ({
    id: `e${index}`,
    source: nodes[index]?.id,
    target: id,
  })),
});

const side = (definition: unknown, steps: SchemaStepListed[], more: Partial<Side> = {}): Side => ({
  definition,
  isOther: false,
  steps,
  isWhole: true,
  ...more,
});

const told = (rows: readonly Row[]): string[] =>
  rows.map(({ name, pass, only, differs }) =>
    [name, pass, only ?? '', differs.join(',')].join('|'),
  );

describe('two executions', () => {
  it('are the same where each node was given and gave the same', () => {
    const document = line(node('a'), node('b'));
    const rows = rowsOf(side(document, [step('a')]), side(document, [step('a')]));

    expect(told(rows)).toEqual(['A|||', 'B|||']);
    expect(rows.some(isDifferent)).toBe(false);
    expect(firstRow(rows)).toBeUndefined();
  });

  it('differ by status, port, values and settings; notes count for nothing', () => {
    const digests = { input: 'x', item: null, output: null, error: 'e' };
    const rows = rowsOf(
      side(line(node('a', { url: 'old' }), node('b'), node('c')), [
        step('a', { status: 'failed', digests }),
        step('b', { port: 'true' }),
        step('c'),
      ]),
      side(line(node('a', { url: 'new' }), node('b'), node('c')), [
        step('a'),
        step('b', { port: 'false' }),
      ]),
    );

    expect(told(rows)).toEqual([
      'A|||status,output,error,input,config',
      'B|||status',
      'C|||presence',
    ]);
    expect(firstRow(rows)?.name).toBe('A');
  });

  it('keep the order of the newer document; what is gone stands where it stood', () => {
    const rows = rowsOf(
      side(line(node('a'), node('old'), node('b')), []),
      side(line(node('a'), node('b'), node('fresh')), []),
    );

    expect(told(rows)).toEqual(['A|||', 'OLD||before|', 'B|||', 'FRESH||after|']);
  });

  it('match the passes of a loop by their number, in the order of numbers', () => {
    const document = line(node('each', {}, 'control:loop'), node('b'));
    const passes = (count: number, odd: number) =>
      Array.from({ length: count }, (_, index) =>
        step('b', {
          scope: `each[${index}]`,
          digests: {
            input: null,
            item: null,
            output: index === odd ? 'other' : 'same',
            error: null,
          },
        }),
      );
    const rows = rowsOf(side(document, passes(12, -1)), side(document, passes(11, 10)));

    expect(told(rows).slice(1)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `B|#${index + 1}||`),
      'B|#11||output',
      'B|#12||presence',
    ]);
  });

  it('say nothing of settings where one ran a draft that is gone, nor of steps that are not read', () => {
    const rows = rowsOf(
      side(line(node('a', { url: 'old' }), node('gone')), [step('a')], { isOther: true }),
      side(line(node('a', { url: 'new' })), [], { isWhole: false }),
    );

    expect(told(rows)).toEqual(['A|||', 'GONE|||']);
  });
});
