const REST_MS = 1_500;

let writtenAt = Number.NEGATIVE_INFINITY;

if (typeof window !== 'undefined') {
  const written = (): void => {
    writtenAt = performance.now();
  };
  addEventListener('input', written, true);
}

/** How long it takes until a hand that writes has rested for a moment; 0: it rests. */
export const untilRest = (): number => Math.max(0, writtenAt + REST_MS - performance.now());
