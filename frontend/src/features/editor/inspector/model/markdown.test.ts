import { describe, expect, it } from 'vitest';
import { blocksOf, inlinesOf } from './markdown';

describe('help in Markdown', () => {
  it('has headings, texts over several lines, lists inside of lists, code and tables', () => {
    const source = [
      '# Title',
      '',
      'One',
      'line.',
      '',
      '- a',
      '  more',
      '  - inner',
      '- b',
      '',
      '1. x',
      '',
      '```json',
      '{}',
      '```',
      '',
      '| a | b |',
      '|---|---|',
      '| `x\\|y` | 2 |',
    ].join('\n');

    expect(blocksOf(source)).toEqual([
      { kind: 'heading', level: 1, text: 'Title' },
      { kind: 'text', text: 'One line.' },
      {
        kind: 'list',
        isOrdered: false,
        items: [
          {
            text: 'a more',
            inner: [{ kind: 'list', isOrdered: false, items: [{ text: 'inner', inner: [] }] }],
          },
          { text: 'b', inner: [] },
        ],
      },
      { kind: 'list', isOrdered: true, items: [{ text: 'x', inner: [] }] },
      { kind: 'code', text: '{}' },
      { kind: 'table', head: ['a', 'b'], rows: [['`x|y`', '2']] },
    ]);
  });

  it('has code, strong words, emphasis, and links to the web alone', () => {
    expect(inlinesOf('a `b` **c** *d* [e](https://f.example) [g](javascript:h)')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'code', text: 'b' },
      { kind: 'text', text: ' ' },
      { kind: 'strong', text: 'c' },
      { kind: 'text', text: ' ' },
      { kind: 'em', text: 'd' },
      { kind: 'text', text: ' ' },
      { kind: 'link', text: 'e', href: 'https://f.example' },
      { kind: 'text', text: ' ' },
      { kind: 'text', text: 'g' },
    ]);
  });

  it('leaves what is no Markdown as it is written', () => {
    expect(inlinesOf('<b>2 * 3 * 4</b>')).toEqual([{ kind: 'text', text: '<b>2 * 3 * 4</b>' }]);
  });
});
