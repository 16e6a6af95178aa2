import { create } from 'zustand';
import { type Path, readPath } from '../model/paths';
import { soleExpression } from '../model/templates';

/** A field that paths can be written into. */
interface Target {
  id: string;
  label: string;
  insert: (path: Path) => void;
}

interface Targets {
  /** The one that was entered last, as long as it is shown. */
  target: Target | null;
  enter: (target: Target) => void;
  leave: (id: string) => void;
}

/** Where a click on a value of earlier data writes its path. */
export const useTargets = create<Targets>((set) => ({
  target: null,
  enter: (target) => set({ target }),
  leave: (id) => set(({ target }) => ({ target: target?.id === id ? null : target })),
}));

/** Whether what is dragged may be a path; what it is exactly can only be read when it is dropped. */
export const mayHoldPath = (transfer: DataTransfer): boolean =>
  transfer.types.includes('text/plain');

/** The path of a value that is dropped: it travels as the template that reads it. Null where something else is dropped. */
export function droppedPath(transfer: DataTransfer): Path | null {
  const inside = soleExpression(transfer.getData('text/plain'));
  return inside === null ? null : readPath(inside);
}
