import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import { portsOf } from '@/engine/graph';
import type { Pin } from '../pins';
import type { Workflow } from '../types';
import { NamingFields } from './naming-fields';
import { NodeTest } from './node-test';
import { PinnedOutput } from './pinned-output';

interface DraftNodeProps {
  workflow: Workflow;
  document: WorkflowDocument;
  node: DocumentNode;
  /** Null: it has none; undefined: that is not known. */
  pin: Pin | null | undefined;
}

/** What a node of the draft names, and what can be tried with it. A trigger does not run, and names nothing. */
export function DraftNode({ workflow, document, node, pin }: DraftNodeProps) {
  if (node.type.startsWith('trigger:')) return null;
  return (
    <>
      <NamingFields workflow={workflow} node={node} />
      {pin !== undefined && (
        <PinnedOutput
          workflowId={workflow.id}
          node={node}
          ports={portsOf(document, node.id, () => 0)}
          pin={pin}
        />
      )}
      <NodeTest workflow={workflow} nodeId={node.id} />
    </>
  );
}
