import type { WorkflowDocument } from './document';
import { layOut } from './layout';

addEventListener('message', (event: MessageEvent<WorkflowDocument>) => {
  postMessage(layOut(event.data));
});
