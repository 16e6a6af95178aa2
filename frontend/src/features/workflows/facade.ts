export { PinButton } from './components/pin-button';
export { RunAgain } from './components/run-again';
export { type GraphSource, useGraphSource, useWorkflowName, useWorkflowNames } from './hooks';
