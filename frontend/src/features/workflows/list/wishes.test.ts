import { expect, it } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { granted, undoing } from './wishes';

const LIVE = makeWorkflow({ tags: ['a'], folder_id: 'f1' });
const OFF = makeWorkflow({ is_active: false, tags: ['b'] });
const DRAFT = makeWorkflow({ is_active: false, live_version: null });

it('shows at once what a wish comes to', () => {
  expect(granted(LIVE, { what: 'delete' })).toBeNull();
  expect(granted(LIVE, { what: 'deactivate' })?.is_active).toBe(false);
  expect(granted(DRAFT, { what: 'activate' })?.is_active).toBe(false);
  expect(granted(LIVE, { what: 'move', folder: null })?.folder_id).toBeNull();
  expect(granted(LIVE, { what: 'tag', add: ['c', 'a'], remove: ['a'] })?.tags).toEqual(['a', 'c']);
});

it('takes back only what a wish has changed', () => {
  const all = [LIVE, OFF];

  expect(undoing(all, { what: 'activate' })).toEqual([
    { wish: { what: 'deactivate' }, ids: [OFF.id] },
  ]);
  expect(undoing(all, { what: 'delete' })).toEqual([
    { wish: { what: 'restore' }, ids: [LIVE.id, OFF.id] },
    { wish: { what: 'activate' }, ids: [LIVE.id] },
  ]);
  expect(undoing(all, { what: 'move', folder: null })).toEqual([
    { wish: { what: 'move', folder: 'f1' }, ids: [LIVE.id] },
  ]);
  expect(undoing(all, { what: 'tag', add: ['a'], remove: ['b'] })).toEqual([
    { wish: { what: 'tag', add: ['b'], remove: ['a'] }, ids: [OFF.id] },
  ]);
});
