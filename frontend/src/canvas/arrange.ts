import type { WorkflowDocument } from '@/engine/document';
import workerUrl from '@/engine/layout.worker.ts?worker&url';
import { ownPositions, type Positions } from '@/engine/positions';

/** Above this many nodes the layout takes long enough to be felt (80 ms at 100, 800 ms at 500). */
const WORKER_ABOVE = 150;

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
}

/** Under `require-trusted-types-for 'script'` a worker's address must come from a policy. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'gorax-worker',
  {
    createScriptURL: (url) => {
      if (new URL(url, location.href).origin !== location.origin)
        throw new TypeError('foreign worker');
      return url;
    },
  },
);

function inWorker(document: WorkflowDocument): Promise<Positions> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
    worker.onmessage = (event: MessageEvent<Positions>) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message));
    };
    worker.postMessage(document);
  });
}

/** A layout from left to right for every node, made beside the page where it takes long. */
export async function laidOut(document: WorkflowDocument): Promise<Positions> {
  if (document.nodes.length > WORKER_ABOVE) return inWorker(document);
  const { layOut } = await import('@/engine/layout');
  return layOut(document);
}

/** Positions for every node: the document's own, or else a layout from left to right. */
export const arrange = async (document: WorkflowDocument): Promise<Positions> =>
  ownPositions(document) ?? laidOut(document);
