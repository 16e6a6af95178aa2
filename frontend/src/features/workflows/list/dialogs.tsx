import { lazy, Suspense } from 'react';
import { RunDialog } from '../dialogs';
import type { WorkflowSummary } from '../types';
import type { Asked } from './ask-dialog';
import type { Bulk } from './bulk';
import type { FolderQuestion } from './folder-menu';
import type { Folder } from './tree';

const FolderDialog = lazy(() => import('./folder-dialog'));
const AskDialog = lazy(() => import('./ask-dialog').then((part) => ({ default: part.AskDialog })));
const OutcomeDialog = lazy(() =>
  import('./ask-dialog').then((part) => ({ default: part.OutcomeDialog })),
);

/** Which dialog of the list is open. */
export type Open =
  | { kind: 'run'; workflow: WorkflowSummary }
  | { kind: 'folder'; ask: FolderQuestion }
  | { kind: 'ask'; asked: Asked }
  | null;

interface DialogsProps {
  open: Open;
  bulk: Bulk;
  folders: readonly Folder[];
  onClose: () => void;
}

/** The dialogs of the list; each is fetched when it opens first. */
export function Dialogs({ open, bulk, folders, onClose }: DialogsProps) {
  return (
    <Suspense>
      {open?.kind === 'run' && <RunDialog workflow={open.workflow} onClose={onClose} />}
      {open?.kind === 'folder' && (
        <FolderDialog ask={open.ask} folders={folders} onClose={onClose} />
      )}
      {open?.kind === 'ask' && (
        <AskDialog asked={open.asked} folders={folders} run={bulk.run} onClose={onClose} />
      )}
      {bulk.outcome !== null && <OutcomeDialog outcome={bulk.outcome} onClose={bulk.close} />}
    </Suspense>
  );
}
