export { LastExecution } from './components/last-execution';
export { LatestExecutions } from './components/latest-executions';
export { useTenantNews } from './live';
