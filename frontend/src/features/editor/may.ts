import { useMayWith } from '@/features/workflows/facade';
import { useEditor } from './provider';

/** Whether the person may do something with the workflow that is edited: by their role, and by its sharing. */
export const useMayHere = (permission: string): boolean =>
  useMayWith(
    useEditor((state) => state.workflow),
    permission,
  );
