export { type GraphSource, useGraphSource, useWorkflowName, useWorkflowNames } from './hooks';
