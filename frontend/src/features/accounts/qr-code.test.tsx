import { render, screen } from '@testing-library/react';
import { generate } from 'lean-qr';
import { expect, it } from 'vitest';
import { QrCode } from './components/qr-code';

const URI =
  'otpauth://totp/gorax%3Aada%40example.com?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT&issuer=gorax&digits=6&period=30';

/** The dark modules that a path paints. */
function painted(path: string): Set<string> {
  const dark = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(width); at += 1) dark.add(`${Number(x) + at},${y}`);
  }
  return dark;
}

it('paints exactly the dark modules, inside of a light border of four', () => {
  render(<QrCode text={URI} label="Key" />);

  const picture = screen.getByRole('img', { name: 'Key' });
  const code = generate(URI);
  const wanted = new Set<string>();
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) wanted.add(`${x},${y}`);
  }
  expect(painted(picture.querySelector('path')?.getAttribute('d') ?? '')).toEqual(wanted);
  expect(picture.getAttribute('viewBox')).toBe(`-4 -4 ${code.size + 8} ${code.size + 8}`);
  expect(picture.outerHTML).not.toContain('style=');
});
