import { describe, expect, it } from 'vitest';
import { makeNodeType } from '@/testing/makers';
import { byCategory, fitting, found, type PaletteContext, suggested } from './rank';

const typeOf = (type: string, title: string, description = '') =>
  makeNodeType({ type, title, description, is_trigger: type.startsWith('trigger:') });

const TYPES = [
  typeOf('action:email', 'E-mail'),
  typeOf('action:http', 'HTTP request'),
  typeOf('action:set', 'Set fields'),
  typeOf('control:if', 'If', 'Goes one of two ways.'),
  typeOf('data:html', 'HTML'),
  typeOf('slack:send_message', 'Slack: Send message'),
  typeOf('trigger:manual', 'Manual'),
  typeOf('trigger:webhook', 'Webhook', 'Starts by an HTTP request.'),
];

const context = (overrides: Partial<PaletteContext> = {}): PaletteContext => ({
  after: null,
  triggers: 'any',
  isEmpty: false,
  ...overrides,
});

const names = (types: { type: string }[]): string[] => types.map(({ type }) => type);

describe('the palette', () => {
  it('offers what starts a workflow on an empty canvas', () => {
    expect(names(suggested(TYPES, context({ isEmpty: true })))).toEqual([
      'trigger:webhook',
      'trigger:manual',
    ]);
  });

  it('offers first what usually follows the node before', () => {
    expect(
      names(suggested(TYPES, context({ after: 'trigger:webhook', triggers: 'none' }))),
    ).toEqual(['control:if', 'action:http', 'action:set']);
    expect(names(suggested(TYPES, context({ after: 'somebody:else' })))).toEqual([
      'action:http',
      'action:set',
      'control:if',
    ]);
  });

  it('has no trigger where something comes before', () => {
    expect(names(fitting(TYPES, context({ triggers: 'none' })))).not.toContain('trigger:manual');
    expect(names(fitting(TYPES, context({ triggers: 'only' })))).toEqual([
      'trigger:manual',
      'trigger:webhook',
    ]);
  });

  it('finds by the beginning of titles first, then by words, names and descriptions', () => {
    expect(names(found(TYPES, 'ht', context()))).toEqual([
      'action:http',
      'data:html',
      'trigger:webhook',
    ]);
    expect(names(found(TYPES, 'send mess', context()))).toEqual(['slack:send_message']);
    expect(found(TYPES, 'nothing', context())).toEqual([]);
  });

  it('lists the rest by category', () => {
    expect(byCategory(TYPES, context()).map(({ category }) => category)).toEqual([
      'trigger',
      'control',
      'action',
      'data',
      'slack',
    ]);
  });
});
