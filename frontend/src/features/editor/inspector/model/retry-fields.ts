import { anySpec, type FieldSpec } from './fields';

/** The parts of `retry`, as fields: apps/engine/retry.py says what they mean. */
export const RETRY: readonly FieldSpec[] = [
  { ...anySpec('attempts'), kind: 'number', minimum: 1, maximum: 20, isWhole: true },
  {
    ...anySpec('backoff'),
    kind: 'select',
    default: 'jitter',
    options: ['fixed', 'exponential', 'jitter'],
  },
  { ...anySpec('first_wait_s'), kind: 'number', default: 1, minimum: 0, maximum: 86_400 },
  { ...anySpec('longest_wait_s'), kind: 'number', default: 30, minimum: 0, maximum: 86_400 },
  { ...anySpec('multiplier'), kind: 'number', default: 2, minimum: 1, maximum: 10 },
  {
    ...anySpec('statuses'),
    kind: 'list',
    items: 'number',
    isWhole: true,
    minimum: 100,
    maximum: 599,
  },
  { ...anySpec('retry_on'), kind: 'list', items: 'text' },
  { ...anySpec('give_up_on'), kind: 'list', items: 'text' },
];
