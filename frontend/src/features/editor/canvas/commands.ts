import { adding } from './adding';
import { clipboard } from './clipboard';
import { editing } from './editing';
import { picking } from './picking';
import type { Stage } from './stage';
import { viewing } from './viewing';
import { wiring } from './wiring';

export type Commands = ReturnType<typeof makeCommands>;

/** Everything that keys, menus, buttons and drags do. Made once per editor. */
export function makeCommands(stage: Stage) {
  const adds = adding(stage);
  const edits = editing(stage, adds.portFor);
  const view = viewing(stage);
  stage.learn({ show: view.show, fit: view.fit });
  return {
    ...adds,
    ...edits,
    ...clipboard(stage, edits.remove),
    ...wiring(stage, adds),
    ...picking(stage),
    ...view,
    focusCanvas: (): void => stage.known.focusCanvas(),
    focusNode: (id: string): void => stage.known.focus(id),
  };
}
