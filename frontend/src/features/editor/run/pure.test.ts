import { describe, expect, it } from 'vitest';
import { readDocument } from '@/engine/document';
import { normalised } from '@/engine/edits/normalised';
import { neighboursById } from '@/engine/graph';
import type { Execution, Step } from '@/features/executions/facade';
import { makeExecution, makeStep } from '@/testing/makers';
import { changesBetween } from './counting';
import { defaultsOf, fieldsOf, schemaOf } from './input-fields';
import { inputOf } from './inputs';
import { runOf, runsOf, stepsIn } from './passes';
import { NO_ORDER } from './store';
import { triggerOf } from './triggers';

const node = (id: string, type: string, x = 0) => ({
  id,
  type,
  position: { x, y: 0 },
  data: { name: id, config: {} },
});

const DEFINITION = {
  nodes: [
    node('hook', 'trigger:webhook'),
    node('start', 'trigger:manual'),
    node('list', 'action:http'),
    node('each', 'control:loop'),
    node('book', 'action:http'),
  ],
  edges: [
    { id: '1', source: 'start', target: 'list' },
    { id: '2', source: 'list', target: 'each' },
    { id: '3', source: 'each', target: 'book', sourceHandle: 'body' },
  ],
};
const DOCUMENT = readDocument(DEFINITION);
const NEIGHBOURS = neighboursById(DOCUMENT);

const steps = [
  makeStep({ node_id: 'start', node_type: 'trigger:manual', output: { n: 2 } }),
  makeStep({ node_id: 'list', node_type: 'action:http', output: { body: [7, 8] } }),
  makeStep({ node_id: 'each', scope: 'each[0]', item: { index: 0, item: 7 } }),
  makeStep({ node_id: 'book', scope: 'each[0]', node_type: 'action:http' }),
  makeStep({ node_id: 'each', scope: 'each[1]', item: { index: 1, item: 8 } }),
  makeStep({ node_id: 'book', scope: 'each[1]', node_type: 'action:http', status: 'failed' }),
] as unknown as Step[];
const execution = { ...makeExecution({ trigger: { n: 2 } }), steps } as unknown as Execution;

describe('the runs of a node', () => {
  it('are its passes, not those of the container around it', () => {
    expect(runsOf(steps, 'book').map(({ scope }) => scope)).toEqual(['each[0]', 'each[1]']);
    expect(runsOf(steps, 'each')).toEqual([]);
  });

  it('of one pass are what ran in it, around it and elsewhere, and not in the other passes', () => {
    const scopes = ['', 'each[0]', 'each[1]', 'each[1]/guard[0]', 'each[10]', 'other[0]'];
    const all = scopes.map((scope) => ({ ...steps[3]!, scope }));

    expect(stepsIn(all, 'each[1]').map(({ scope }) => scope)).toEqual([
      '',
      'each[1]',
      'each[1]/guard[0]',
      'other[0]',
    ]);
    expect(stepsIn(all, 'each[1]/guard[1]').map(({ scope }) => scope)).toEqual([
      '',
      'each[1]',
      'other[0]',
    ]);
  });

  it('begin with the one that failed, unless somebody has chosen', () => {
    const runs = runsOf(steps, 'book');
    expect(runOf(runs, undefined)?.scope).toBe('each[1]');
    expect(runOf(runs, 'each[0]')?.scope).toBe('each[0]');
    expect(runOf(runs, 'each[9]')?.scope).toBe('each[1]');
  });
});

describe('the input of a step', () => {
  it('is what its expressions could read: its pass, the outputs before it, the trigger', () => {
    expect(inputOf(execution, NEIGHBOURS, steps[3]!)).toEqual({
      index: 0,
      item: 7,
      steps: { list: { body: [7, 8] } },
      trigger: { n: 2 },
    });
  });

  it('leaves out what failed and what was too long to be told', () => {
    const failed = { ...execution, steps: [{ ...steps[1]!, status: 'failed' as const }] };
    expect(inputOf(failed, NEIGHBOURS, steps[3]!)).not.toHaveProperty('steps');
    const long = { ...execution, steps: [{ ...steps[1]!, output_omitted: true }] };
    expect(inputOf(long, NEIGHBOURS, steps[3]!)).not.toHaveProperty('steps');
  });
});

describe('the trigger of a run', () => {
  it('is the chosen one, else the manual one', () => {
    expect(triggerOf(DOCUMENT, NO_ORDER)?.id).toBe('start');
    expect(triggerOf(DOCUMENT, { ...NO_ORDER, trigger: 'hook' })?.id).toBe('hook');
    expect(triggerOf(DOCUMENT, { ...NO_ORDER, trigger: 'gone' })?.id).toBe('start');
  });
});

describe('what has changed since a run', () => {
  const changes = (change: (nodes: (typeof DEFINITION)['nodes']) => unknown[]): number => {
    const before = normalised(DEFINITION);
    const after = normalised({ ...DEFINITION, nodes: change(structuredClone(DEFINITION.nodes)) });
    return changesBetween(before, after);
  };

  it('counts nodes that came, went or are set otherwise, each once', () => {
    expect(changes((nodes) => nodes.slice(1))).toBe(1);
    expect(changes((nodes) => [...nodes, node('new', 'action:set')])).toBe(1);
    expect(
      changes(([first, ...rest]) => [{ ...first, data: { name: 'x', config: { a: 1 } } }, ...rest]),
    ).toBe(1);
  });

  it('counts an edge by what it joins, and no notes', () => {
    const [first, ...rest] = DEFINITION.edges;
    const again = { ...DEFINITION, edges: [{ ...first, id: 'other' }, ...rest] };
    expect(changesBetween(DEFINITION, again)).toBe(0);
    expect(
      changes(([one, ...others]) => [
        { ...one, data: { ...one?.data, notes: 'Why it is here.' } },
        ...others,
      ]),
    ).toBe(0);
  });

  it('does not count where a node stands', () => {
    expect(changes(([first, ...rest]) => [{ ...first, position: { x: 9, y: 9 } }, ...rest])).toBe(
      0,
    );
  });
});

describe('a trigger’s form', () => {
  const schema = {
    type: 'object',
    properties: {
      email: { type: 'string', format: 'email', title: 'E-mail', description: 'Of the buyer' },
      count: { type: 'integer', default: 1 },
      size: { enum: ['s', 'm'] },
      rush: { type: 'boolean' },
      note: { type: 'string', maxLength: 2_000 },
      lines: { type: 'array' },
    },
    required: ['email'],
  };

  it('has a field for each property, and JSON for what no field fits', () => {
    expect(fieldsOf(schema)?.map(({ name, kind }) => [name, kind])).toEqual([
      ['email', 'text'],
      ['count', 'number'],
      ['size', 'choice'],
      ['rush', 'truth'],
      ['note', 'long'],
      ['lines', 'json'],
    ]);
    expect(fieldsOf(schema)?.[0]).toMatchObject({
      title: 'E-mail',
      help: 'Of the buyer',
      isRequired: true,
      inputType: 'email',
    });
    expect(fieldsOf({ type: 'array' })).toBeNull();
  });

  it('begins with its defaults, and is read where it stands as text', () => {
    expect(defaultsOf(schema)).toEqual({ count: 1 });
    expect(schemaOf({ input_schema: JSON.stringify(schema) })).toEqual(schema);
    expect(schemaOf({ input_schema: '{' })).toBeUndefined();
  });
});
