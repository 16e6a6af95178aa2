/** A key ends it too: what was pressed may have gone, and then nobody hears of its release. */
const ENDS = ['pointerup', 'pointercancel', 'dragend', 'keydown'];

let isDown = false;

if (typeof window !== 'undefined') {
  const down = (): void => {
    isDown = true;
  };
  const up = (): void => {
    isDown = false;
  };
  addEventListener('pointerdown', down, true);
  for (const name of ENDS) addEventListener(name, up, true);
}

/**
 * Calls `act` when no button is held. What shrinks as it is left would move the thing that is being pressed away from
 * under the pointer, and the click would be lost.
 */
export function whenReleased(act: () => void): void {
  if (!isDown) {
    act();
    return;
  }
  const later = (): void => {
    for (const name of ENDS) removeEventListener(name, later, true);
    // After the click that follows.
    setTimeout(act, 0);
  };
  for (const name of ENDS) addEventListener(name, later, true);
}
