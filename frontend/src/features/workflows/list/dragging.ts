import type { DragEvent } from 'react';

const ROWS = 'application/x-gorax-workflows';
const FOLDER = 'application/x-gorax-folder';

/** What is being dragged to a folder: the ids of workflows, or of one folder. */
export type Cargo = { workflows: string[] } | { folder: string };

/** Puts it into the hand of who drags. */
export function lade(event: DragEvent, cargo: Cargo): void {
  const [type, text] =
    'folder' in cargo ? [FOLDER, cargo.folder] : [ROWS, cargo.workflows.join(' ')];
  event.dataTransfer.setData(type, text);
  event.dataTransfer.effectAllowed = 'move';
}

/** Whether something is held that a folder can take. */
export const holdsCargo = ({ dataTransfer: { types } }: DragEvent): boolean =>
  types.includes(ROWS) || types.includes(FOLDER);

/** What was dropped. */
export function unlade({ dataTransfer }: DragEvent): Cargo | null {
  const folder = dataTransfer.getData(FOLDER);
  if (folder !== '') return { folder };
  const workflows = dataTransfer.getData(ROWS).split(' ').filter(Boolean);
  return workflows.length === 0 ? null : { workflows };
}
