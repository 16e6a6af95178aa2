export {
  useChangeWorkflow,
  useRefreshed,
  useVersion,
  useVersions,
  useWorkflow,
  type VersionRow,
} from './api';
export { NodePanel } from './components/node-panel';
export { PinButton } from './components/pin-button';
export { RunAgain } from './components/run-again';
export { StateBadge } from './components/state-badge';
export { type GraphSource, useGraphSource, useWorkflowName, useWorkflowNames } from './hooks';
export { byNode, isError, type Problem, saidOf, type Workflow } from './types';
