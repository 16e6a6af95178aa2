import type { Problem } from '@/features/workflows/facade';
import { useEditorActions } from '../provider';

const FRAMES = 30;
/** A menu or a dialog that closes gives the focus back a moment later, so it must have stayed for some frames. */
const STAYED_FRAMES = 5;

/** Puts the focus into the field that a problem is about, once the inspector shows its node. */
function focusField(field: string): void {
  const selector = `[data-field="${CSS.escape(field)}"] :is(input, textarea, select, button, [tabindex])`;
  let left = FRAMES;
  let stayed = 0;
  const look = (): void => {
    const found = document.querySelector<HTMLElement>(selector);
    left -= 1;
    stayed = found !== null && found === document.activeElement ? stayed + 1 : 0;
    if (stayed === 0) found?.focus();
    if (left > 0 && stayed < STAYED_FRAMES) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Leads to what a problem is about: its node becomes the selection, its field has the focus. */
export function useGoThere(): (problem: Problem) => void {
  const actions = useEditorActions();
  return ({ node_id, edge_id, field }) => {
    const id = node_id ?? edge_id;
    if (id !== null) actions.select([id]);
    if (node_id !== null && field !== null) focusField(field);
  };
}
