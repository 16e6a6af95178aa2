export { DemoButton } from './components/demo-button';
export { WebhookPanel } from './components/webhook-panel';
