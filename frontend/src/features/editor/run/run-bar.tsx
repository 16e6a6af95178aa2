import { lazy } from 'react';
import type { ShortcutId } from '@/lib/keys';
import { Late } from '../components/late';
import { useMayHere } from '../may';
import { RunButton, RunMore } from './run-buttons';

const RunActions = lazy(() => import('./run-actions'));

const KEYS = [
  'run',
  'run_node',
  'run_until',
  'retry_here',
  'pin',
  'run_panel',
  'input_pane',
  'output_pane',
] as const satisfies readonly ShortcutId[];

/** At the right end of the top bar: starts an execution, or stops the one that runs. */
export function RunBar() {
  const isOff = !useMayHere('workflow.execute');
  const frame = (
    <span className="flex">
      <RunButton aria-busy disabled={isOff} />
      <RunMore aria-busy disabled={isOff} />
    </span>
  );
  return (
    <Late keys={KEYS} frame={frame}>
      <RunActions />
    </Late>
  );
}
