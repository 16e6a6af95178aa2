import type { Neighbours } from '@/engine/graph';
import { entriesOf } from '@/engine/json';
import type { Execution, Step } from '@/features/executions/facade';
import { givenTo } from './passes';

/** Every node from which a way leads to this one, the nearest first. */
function before(neighbours: ReadonlyMap<string, Neighbours>, nodeId: string): string[] {
  const found = new Set<string>();
  const todo = [...(neighbours.get(nodeId)?.before ?? [])];
  for (const id of todo) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(neighbours.get(id)?.before ?? []));
  }
  return [...found];
}

/** How deep two scopes go together: an output of the same pass is nearer than one of another. */
const isAround = (outer: string, inner: string): boolean =>
  outer === '' || inner === outer || inner.startsWith(`${outer}/`);

/** What a node gave that can be read in a pass: in it, or in one around it. */
function readIn(steps: readonly Step[], nodeId: string, scope: string): Step | undefined {
  const given = steps.filter(
    (step) =>
      step.node_id === nodeId &&
      (step.status === 'completed' || (step.status === 'failed' && step.port !== '')) &&
      isAround(step.scope, scope),
  );
  return given.sort((one, other) => one.scope.length - other.scope.length).at(-1);
}

/**
 * What a step could read when it ran, by the names under which expressions read it: the trigger, the outputs of the nodes
 * before it, and in a loop its pass.
 */
export function inputOf(
  execution: Pick<Execution, 'steps' | 'trigger'>,
  neighbours: ReadonlyMap<string, Neighbours>,
  step: Step,
): Readonly<Record<string, unknown>> {
  const given = entriesOf(givenTo(execution.steps, step));
  const outputs = before(neighbours, step.node_id).flatMap((id): [string, unknown][] => {
    const found = readIn(execution.steps, id, step.scope);
    const isTrigger = found?.node_type.startsWith('trigger:') === true;
    return found === undefined || isTrigger || found.output_omitted ? [] : [[id, found.output]];
  });
  return {
    ...Object.fromEntries(given),
    ...(outputs.length === 0 ? {} : { steps: Object.fromEntries(outputs) }),
    ...(execution.trigger === null ? {} : { trigger: execution.trigger }),
  };
}
