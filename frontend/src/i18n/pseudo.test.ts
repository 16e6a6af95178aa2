import { describe, expect, it } from 'vitest';
import { pseudo, pseudoTree } from './pseudo';

describe('the pseudo-locale', () => {
  it('accents and lengthens what is translated', () => {
    expect(pseudo('Run')).toBe('[!!! Rŭƞ~~ !!!]');
  });

  it('leaves place holders alone', () => {
    expect(pseudo('Run {{name}}')).toContain('{{name}}');
  });

  it('reaches every message', () => {
    expect(pseudoTree({ a: { b: 'x' } })).toEqual({ a: { b: '[!!! ẋ~ !!!]' } });
  });
});
