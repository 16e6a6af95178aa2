import { useLayoutEffect } from 'react';
import { DARK, type Lights } from './dark';
import { useLights } from './lights';

/** Tells the canvas what the shown execution does, for as long as one is shown. */
export default function Lighting({ onLights }: { onLights: (lights: Lights) => void }) {
  const lights = useLights();
  useLayoutEffect(() => onLights(lights), [onLights, lights]);
  useLayoutEffect(() => () => onLights(DARK), [onLights]);
  return null;
}
