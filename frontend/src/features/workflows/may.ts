import { useMay } from '@/features/accounts/facade';
import type { Workflow } from './types';

/** Whether the person may do something with one workflow: their role allows it, and its sharing leaves it over. */
export function useMayWith(workflow: Pick<Workflow, 'may'>, permission: string): boolean {
  return useMay(permission) && workflow.may.includes(permission);
}
