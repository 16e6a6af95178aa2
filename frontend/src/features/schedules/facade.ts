import { lazy } from 'react';

/** Fetched when a form shows a field for cron. */
export const CronHelp = lazy(() => import('./components/cron-help'));
