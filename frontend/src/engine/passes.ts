import type { WorkflowDocument } from './document';

interface Pass {
  /** The container that goes through it. */
  nodeId: string;
  index: number;
}

/** The passes that a scope names, the outermost first: "each[1]/guard[0]" is the first of guard in the second of each. */
function passesOf(scope: string): Pass[] {
  return scope.split('/').flatMap((part) => {
    const found = /^(.*)\[(\d+)\]$/.exec(part);
    return found === null ? [] : [{ nodeId: found[1] ?? '', index: Number(found[2]) }];
  });
}

/** Whether it is one pass of a container, which is recorded as a step of that container inside of itself. */
export const isPass = (step: { node_id: string; scope: string }): boolean =>
  passesOf(step.scope).at(-1)?.nodeId === step.node_id;

const PARTS = ['try', 'catch', 'finally'];

/** What people call a scope: "#2 › catch". Passes count from 1; where they have names, these stand there. */
export function passName(document: WorkflowDocument, scope: string): string {
  const names = passesOf(scope).map(({ nodeId, index }) => {
    const node = document.nodes.find(({ id }) => id === nodeId);
    const branches: unknown = node?.config.branches;
    const branch: unknown = Array.isArray(branches) ? branches[index] : undefined;
    if (node?.type === 'control:try') return PARTS[index] ?? String(index);
    return typeof branch === 'string' ? branch : `#${index + 1}`;
  });
  return names.join(' › ');
}
