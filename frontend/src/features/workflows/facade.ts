import { lazy } from 'react';

export { useVersion, useVersions } from './api';
export { PinButton } from './components/pin-button';
export { RunAgain } from './components/run-again';
export { type GraphSource, useGraphSource, useWorkflowName, useWorkflowNames } from './hooks';
export { usePastName } from './past';
export { usePin, usePins, useUnpin } from './pins';

export const PinDialog = lazy(() => import('./components/pin-dialog'));
