import type { DocumentEdge } from '@/engine/document';
import type { EdgeState } from '@/engine/graph';
import { portName } from '@/engine/ports';
import type { StepEdgeType } from './step-edge';

/** All that one edge shows; every value is compared with the one before. */
export interface EdgeInput {
  edge: DocumentEdge;
  state: EdgeState;
  isSelected: boolean;
  /** The pointer is over it. */
  isNear: boolean;
  /** What is dragged would be put on it. */
  isDrop: boolean;
}

function stepOf({ edge, state, isSelected, isNear, isDrop }: EdgeInput): StepEdgeType {
  const port = portName(edge.port);
  return {
    id: edge.id,
    type: 'step',
    source: edge.source,
    target: edge.target,
    sourceHandle: port === '' ? null : port,
    label: edge.label || port,
    className: isDrop ? `${state} drop` : state,
    selected: isSelected,
    focusable: false,
    data: { isNear: isNear || isSelected },
  };
}

const isSame = (one: EdgeInput, other: EdgeInput): boolean =>
  (Object.keys(one) as (keyof EdgeInput)[]).every((key) => one[key] === other[key]);

/** Makes edges, and gives the same one again for what has not changed. */
export function makeEdges(): (inputs: readonly EdgeInput[]) => StepEdgeType[] {
  let made = new Map<string, { input: EdgeInput; edge: StepEdgeType }>();
  return (inputs) => {
    const before = made;
    made = new Map();
    return inputs.map((input) => {
      const known = before.get(input.edge.id);
      const entry =
        known !== undefined && isSame(known.input, input) ? known : { input, edge: stepOf(input) };
      made.set(input.edge.id, entry);
      return entry.edge;
    });
  };
}
