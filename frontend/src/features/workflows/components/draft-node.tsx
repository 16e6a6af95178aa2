import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import { portsOf } from '@/engine/graph';
import type { Pin } from '../pins';
import { NodeTest } from './node-test';
import { PinnedOutput } from './pinned-output';

interface DraftNodeProps {
  workflowId: string;
  document: WorkflowDocument;
  node: DocumentNode;
  pin: Pin | undefined;
}

/** What can be tried with a node of the draft. A trigger does not run. */
export function DraftNode({ workflowId, document, node, pin }: DraftNodeProps) {
  if (node.type.startsWith('trigger:')) return null;
  return (
    <>
      <PinnedOutput
        workflowId={workflowId}
        node={node}
        ports={portsOf(document, node.id, () => 0)}
        pin={pin}
      />
      <NodeTest workflowId={workflowId} nodeId={node.id} />
    </>
  );
}
