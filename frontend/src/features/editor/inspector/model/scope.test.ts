import { describe, expect, it } from 'vitest';
import { readDocument } from '@/engine/document';
import { dataRows } from './data-rows';
import { kindName, knownAt, partsOf, sampleOf } from './known';
import { scopeOf } from './scope';
import { sightOf } from './sight';

const node = (id: string, type: string, config: object = {}) => ({
  id,
  type,
  data: { name: id.toUpperCase(), config },
});
const edge = (source: string, target: string, port = '') => ({
  id: `${source}-${target}-${port}`,
  source,
  target,
  ...(port === '' ? {} : { sourceHandle: port }),
});

//  start ──► a ──► loop ─body─► in ──► deep
//                   └─done─► after
const LOOPED = readDocument({
  nodes: [
    node('start', 'trigger:webhook'),
    node('a', 'action:http'),
    node('loop', 'control:loop', { item_variable: 'order' }),
    node('in', 'action:set'),
    node('deep', 'action:set'),
    node('after', 'action:set'),
    node('beside', 'action:set'),
  ],
  edges: [
    edge('start', 'a'),
    edge('a', 'loop'),
    edge('loop', 'in', 'body'),
    edge('in', 'deep'),
    edge('loop', 'after', 'done'),
    edge('start', 'beside'),
  ],
});

const seen = (id: string, document = LOOPED) => sightOf(document, id).nodes.map((one) => one.id);

describe('what a node sees', () => {
  it('is what it comes after, the nearest first, and nothing beside it', () => {
    expect(seen('loop')).toEqual(['a', 'start']);
    expect(seen('beside')).toEqual(['start']);
    expect(seen('start')).toEqual([]);
  });

  it('in a loop is not the loop itself, and after it nothing inside of it', () => {
    expect(seen('deep')).toEqual(['in', 'a', 'start']);
    expect(sightOf(LOOPED, 'deep').loops.map(({ id }) => id)).toEqual(['loop']);
    expect(seen('after')).toEqual(['loop', 'a', 'start']);
    expect(sightOf(LOOPED, 'after').loops).toEqual([]);
  });

  it('in a catch is what the try has done, and what failed', () => {
    const tried = readDocument({
      nodes: [node('t', 'control:try'), node('x', 'action:set'), node('y', 'action:set')],
      edges: [edge('t', 'x', 'try'), edge('t', 'y', 'catch')],
    });
    expect(seen('y', tried)).toEqual(['x']);
    expect(sightOf(tried, 'y').isInCatch).toBe(true);
    expect(seen('x', tried)).toEqual([]);
  });

  it('bears a document that leads back to itself', () => {
    const round = readDocument({
      nodes: [node('a', 'action:set'), node('b', 'action:set')],
      edges: [edge('a', 'b'), edge('b', 'a')],
    });
    expect(seen('a', round)).toEqual(['b']);
  });
});

const scope = scopeOf({
  document: LOOPED,
  nodeId: 'deep',
  samples: {
    steps: {
      a: { status_code: 200, body: { rows: [{ id: 7 }] } },
      start: { body: { ref: 'main' } },
    },
    passes: { loop: { item: { sku: 'L' }, index: 0 } },
  },
  schemas: new Map([
    ['action:http', { type: 'object', properties: { pages: { type: 'integer' }, body: {} } }],
  ]),
  variables: { heat: 0.4 },
  credentials: ['acme'],
});

describe('what is known of it', () => {
  it('are the roots that the engine has there, in the order of nearness', () => {
    expect(partsOf(scope).map(({ part }) => part)).toEqual([
      'input',
      'item',
      'index',
      'key',
      'loop',
      'order',
      'steps',
      'trigger',
      'vars',
      'env',
      'credentials',
    ]);
  });

  it('comes from past data first, then from what the type promises', () => {
    const body = knownAt(scope, ['steps', 'a']);
    expect(
      body && partsOf(body).map(({ part, known }) => [part, kindName(known), sampleOf(known)]),
    ).toEqual([
      ['status_code', 'number', '200'],
      ['body', 'object', 'rows: […]'],
      ['pages', 'number', ''],
    ]);
    expect(knownAt(scope, ['steps', 'a', 'body', 'rows', 0, 'id'])?.value).toBe(7);
    expect(knownAt(scope, ['order', 'sku'])?.value).toBe('L');
    expect(knownAt(scope, ['trigger', 'body', 'ref'])?.value).toBe('main');
    expect(knownAt(scope, ['steps', 'after'])).toBeNull();
  });

  it('stands in rows that open and are found by name or value', () => {
    const places = (open: string[], typed = '') =>
      dataRows(scope, new Set(open), typed).map(({ place }) => place);

    expect(places([])).toEqual([
      'item',
      'index',
      'key',
      'loop',
      'order',
      'steps.in',
      'steps.a',
      'trigger',
      'vars',
      'env',
      'credentials',
    ]);
    expect(places(['steps.a', 'steps.a.body'])).toContain('steps.a.body.rows');
    expect(places([], 'heat')).toEqual(['vars', 'vars.heat']);
    expect(places([], 'main')).toEqual(['trigger', 'trigger.body', 'trigger.body.ref']);
  });
});
