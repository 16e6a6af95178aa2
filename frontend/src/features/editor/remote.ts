import type { Operation } from '@/engine/edits/operations';
import type { SchemaBatchesOut, SchemaBatchOut, SchemaOperationsOut } from '@/generated/api';
import { body, http } from '@/lib/http';
import type { Workflow } from './state';

/** What led the draft to a revision; without operations it is to be read anew. */
export type Batch = SchemaBatchOut;

/** The server as the editor sees it. Refusals are thrown as ApiError. */
export interface Remote {
  send(
    revision: number,
    batchId: string,
    operations: readonly Operation[],
  ): Promise<SchemaOperationsOut>;
  /** What came since a revision, of whomever; `batches` is null where that is too long ago. */
  since(revision: number): Promise<SchemaBatchesOut>;
  read(): Promise<Workflow>;
  /** Whose session it is now. */
  who(): Promise<string>;
}

const OPERATIONS = '/api/v1/workflows/{workflow_id}/operations';

export function remoteOf(workflowId: string): Remote {
  const path = { workflow_id: workflowId };
  return {
    send: (revision, batchId, operations) =>
      body(
        http.POST(OPERATIONS, {
          params: { path, header: { 'If-Match': `"${revision}"` } },
          body: { batch_id: batchId, operations: operations.map((one) => ({ ...one })) },
        }),
      ),
    since: (revision) =>
      body(http.GET(OPERATIONS, { params: { path, query: { since: revision } } })),
    read: () => body(http.GET('/api/v1/workflows/{workflow_id}', { params: { path } })),
    who: async () => (await body(http.GET('/api/v1/me'))).id,
  };
}
