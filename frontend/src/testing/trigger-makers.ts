import type { SchemaEventOut, SchemaFiringOut, SchemaScheduleOut } from '@/generated/api';
import { ago, makeId } from './makers.ts';

export function makeEvent(overrides: Partial<SchemaEventOut> = {}): SchemaEventOut {
  return {
    id: makeId(),
    webhook_id: makeId(),
    workflow_id: makeId(),
    execution_id: makeId(),
    status: 'accepted',
    reason: '',
    delivery_key: 'x-github-delivery:72d3162e-cc78-11e3-81ab-4c9367dc0958',
    caller: '140.82.115.7',
    size_bytes: 5_912,
    created_at: ago(40),
    trigger: {
      method: 'POST',
      path: 'gh-5f2c8a1e',
      headers: { 'content-type': 'application/json', 'x-github-event': 'push' },
      query: {},
      body: { ref: 'refs/heads/main', pusher: { name: 'ada' } },
    },
    ...overrides,
  };
}

export function makeFiring(overrides: Partial<SchemaFiringOut> = {}): SchemaFiringOut {
  return {
    id: makeId(),
    fire_at: ago(3_600),
    status: 'started',
    reason: '',
    execution_id: makeId(),
    created_at: ago(3_600),
    ...overrides,
  };
}

export function makeSchedule(overrides: Partial<SchemaScheduleOut> = {}): SchemaScheduleOut {
  return {
    id: makeId(),
    workflow_id: makeId(),
    workflow_name: 'Report',
    node_id: 'clock',
    name: 'Every morning',
    cron: '0 9 * * 1-5',
    timezone: 'Europe/Berlin',
    description: 'At 09:00, Monday through Friday',
    condition: '',
    is_active: true,
    is_paused: false,
    filtered_count: 0,
    next_at: ago(-3_600),
    last: makeFiring(),
    created_at: ago(86_400),
    updated_at: ago(86_400),
    ...overrides,
  };
}
