import { lazy } from 'react';

export {
  useCancelExecution,
  useExecution,
  useHold,
  useLatest,
  useRetry,
  useSearchable,
} from './api';
export { DurationOf } from './components/duration-of';
export { LastExecution } from './components/last-execution';
export { LatestExecutions } from './components/latest-executions';
export { useGrowingText } from './growing';
export { useLiveExecution, useTenantNews } from './live';
export { inOrder, nodeStatesOf, ofNodes, settledCount, urgentStep } from './node-states';
export { isPoint, mayFail } from './retrying';
export { type Trend, useTrends } from './trends';
export {
  type Execution,
  isFinal,
  motionOf,
  type RetryOrder,
  type Step,
} from './types';

// What is drawn of a step is fetched where one is shown: this door stands in front of every page.
export const StepNotes = lazy(() => import('./components/step-notes'));
export const GrowingText = lazy(() => import('./components/growing-text'));
export const Files = lazy(() => import('./components/files'));
