import { lazy } from 'react';

export { DemoButton } from './components/demo-button';
export { WebhookPanel } from './components/webhook-panel';

/** Fetched when a form shows a webhook's node. */
export const WebhookHere = lazy(() => import('./components/webhook-here'));
