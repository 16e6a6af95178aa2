import { describe, expect, it } from 'vitest';
import { easeCubicInOut, interpolate, interpolateZoom } from './motion';

const rounded = (view: readonly number[]): number[] =>
  view.map((one) => Math.round(one * 100) / 100);

describe('the way from one view to another', () => {
  it('begins and ends where it should, and zooms out between places that are far apart', () => {
    const at = interpolateZoom([0, 0, 800], [10_000, 5_000, 400]);

    expect(rounded(at(0))).toEqual([0, 0, 800]);
    expect(rounded(at(1))).toEqual([10_000, 5_000, 400]);
    // As d3-interpolate 3.0.2 says.
    expect(rounded(at(0.25))).toEqual([469.65, 234.82, 4795.51]);
    expect(rounded(at(0.5))).toEqual([6666.67, 3333.33, 10556.09]);
  });

  it('only zooms where the middle stays', () => {
    const at = interpolateZoom([10, 20, 800], [10, 20, 200]);

    expect(rounded(at(0.5))).toEqual([10, 20, 400]);
    expect(rounded(at(1))).toEqual([10, 20, 200]);
  });

  it('may be a straight line', () => {
    expect(interpolate([0, 10, 100], [100, 30, 200])(0.5)).toEqual([50, 20, 150]);
  });
});

it('an animation is slow at both ends', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map(easeCubicInOut)).toEqual([0, 0.0625, 0.5, 0.9375, 1]);
});
