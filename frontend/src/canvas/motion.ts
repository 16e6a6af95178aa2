/**
 * What React Flow's view moves by. `vite.config.ts` puts it in the place of d3-interpolate, d3-ease and d3-color, which could
 * move colours, texts and lists too: five kilobytes that nothing on a canvas asks for. The names are those packages' own.
 */

/** What is looked at: its middle and how wide it is. */
type View = readonly [x: number, y: number, width: number];

/** How much a view zooms out on its way: as d3 does, after van Wijk and Nuij, "Smooth and efficient zooming and panning" (2003). */
const RHO = Math.SQRT2;
/** Closer than this a view only zooms. */
const NEAR = 1e-12;

export const interpolateNumber =
  (from: number, to: number) =>
  (part: number): number =>
    from * (1 - part) + to * part;

/** From one view to another in a straight line. */
export const interpolate =
  (from: View, to: View) =>
  (part: number): View => [
    interpolateNumber(from[0], to[0])(part),
    interpolateNumber(from[1], to[1])(part),
    interpolateNumber(from[2], to[2])(part),
  ];

/** From one view to another as the eye follows best: far away it zooms out first, and in again at the end. */
export function interpolateZoom(from: View, to: View): (part: number) => View {
  const [x, y, width] = from;
  const [dx, dy] = [to[0] - x, to[1] - y];
  const far = Math.hypot(dx, dy);
  if (far ** 2 < NEAR) {
    const steps = Math.log(to[2] / width);
    return (part) => [x + part * dx, y + part * dy, width * Math.exp(part * steps)];
  }
  const squared = RHO ** 2;
  const grown = to[2] ** 2 - width ** 2;
  const reach = squared ** 2 * far ** 2;
  const start = -Math.asinh((grown + reach) / (2 * width * squared * far));
  const end = -Math.asinh((grown - reach) / (2 * to[2] * squared * far));
  return (part) => {
    const now = start + part * (end - start);
    const gone = (width / (squared * far)) * (Math.cosh(start) * Math.tanh(now) - Math.sinh(start));
    return [x + gone * dx, y + gone * dy, (width * Math.cosh(start)) / Math.cosh(now)];
  };
}

/** As d3 has it: slow at both ends. */
export const easeCubicInOut = (part: number): number =>
  part < 0.5 ? 4 * part ** 3 : 1 - 4 * (1 - part) ** 3;

// Attributes, styles and texts can be moved by d3 too; React Flow moves none.
export {
  interpolateNumber as interpolateRgb,
  interpolateNumber as interpolateString,
  interpolateNumber as interpolateTransformCss,
  interpolateNumber as interpolateTransformSvg,
};

/** A function that is no arrow, because d3 asks whether something is one. */
export function color(): null {
  return null;
}
