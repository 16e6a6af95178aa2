import { useTranslation } from 'react-i18next';
import { useWorkflowName } from '@/features/workflows/facade';
import type {
  SchemaCredentialOut,
  SchemaExecutionListed,
  SchemaWorkflowRow,
} from '@/generated/api';
import type { FailedWorkflow } from './health';

/** Something that waits for a person: what it is, why, since when, and where it is dealt with. */
export interface Matter {
  key: string;
  kind: 'failed' | 'approval' | 'credential' | 'draft';
  title: string;
  why: string;
  at: string | null;
  to: string;
}

interface Known {
  failures: readonly FailedWorkflow[];
  approvals: readonly SchemaExecutionListed[];
  credentials: readonly SchemaCredentialOut[];
  drafts: readonly SchemaWorkflowRow[];
}

/** Everything that waits for a person: decisions first, because somebody waits for them; then what failed. */
export function useMatters(): (known: Known) => Matter[] {
  const { t } = useTranslation('home');
  const nameOf = useWorkflowName();
  return ({ failures, approvals, credentials, drafts }) => [
    ...approvals.map(
      (one): Matter => ({
        key: one.id,
        kind: 'approval',
        title: nameOf(one.workflow_id),
        why: t('needs.approval'),
        at: one.created_at,
        to: `/executions/${one.id}`,
      }),
    ),
    ...failures.map(
      ({ workflowId, count, last }): Matter => ({
        key: `failed ${workflowId}`,
        kind: 'failed',
        title: nameOf(workflowId),
        why: t('needs.failed', { count }),
        at: last.created_at,
        to: `/executions/${last.id}`,
      }),
    ),
    ...credentials.map(
      ({ id, name, expires_at }): Matter => ({
        key: id,
        kind: 'credential',
        title: name,
        why: t('needs.credential'),
        at: expires_at,
        to: '/credentials',
      }),
    ),
    ...drafts.map(
      ({ id, name, updated_at }): Matter => ({
        key: id,
        kind: 'draft',
        title: name,
        why: t('needs.draft'),
        at: updated_at,
        to: `/workflows/${id}`,
      }),
    ),
  ];
}
