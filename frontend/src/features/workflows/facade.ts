import { lazy } from 'react';

export {
  useChangeWorkflow,
  useDeleteWorkflow,
  useFoundWorkflows,
  useNewestWorkflows,
  useRefreshed,
  useRemembered,
  useVersion,
  useVersions,
  useWorkflow,
  type VersionRow,
} from './api';
export { CredentialPicker } from './components/credential-picker';
export { DraftDialog, DraftForm, type DraftNode } from './components/draft-dialog';
export { NodePanel } from './components/node-panel';
export { PinButton } from './components/pin-button';
export { RunAgain } from './components/run-again';
export { StateBadge } from './components/state-badge';
export { WorkflowPicker } from './components/workflow-picker';
export { JsonDialog, RunDialog, ShareDialog } from './dialogs';
export {
  type GraphSource,
  useGraphSource,
  useNewWorkflow,
  useWorkflowName,
  useWorkflowNames,
} from './hooks';
export { FileImport } from './importing/file-import';
export { useMayWith } from './may';
export { usePin, usePins, useUnpin } from './pins';
export { byNode, isError, type Problem, saidOf, type Workflow } from './types';

export const PinDialog = lazy(() => import('./components/pin-dialog'));
export { PinList } from './components/pin-list';
export { ProblemCount, ProblemList } from './components/problem-list';
export { ChangedDot } from './components/state-badge';
export { TriggerList } from './components/trigger-list';
export { TriggerPage } from './components/trigger-page';
