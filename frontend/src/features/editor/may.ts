import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useMayWith } from '@/features/workflows/facade';
import { useEditor } from './provider';

/** Whether the person may do something with the workflow that is edited: by their role, and by its sharing. */
export const useMayHere = (permission: string): boolean =>
  useMayWith(
    useEditor((state) => state.workflow),
    permission,
  );

/** Why the person may not change the workflow; undefined where they may. */
export function useWhyReadOnly(): string | undefined {
  const { t } = useTranslation('versions');
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const mayByRole = useMay('workflow.update');
  if (!isReadOnly) return undefined;
  return mayByRole ? t('shared_to_look') : t('no_permission');
}
