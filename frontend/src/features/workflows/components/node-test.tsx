import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { readJson } from '@/engine/json';
import { useMay } from '@/features/accounts/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { SelectField, TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { type Extent, useRunPart } from '../api';
import { usePastChoice, usePastName } from '../past';
import type { Workflow } from '../types';

const EXTENTS: readonly Extent[] = ['only', 'until', 'from'];
const TYPED = 'typed';

/** Runs a part of the draft: one node, all up to it, or all from it, with an execution's data or with typed ones. */
export function NodeTest({ workflow, nodeId }: { workflow: Workflow; nodeId: string }) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const run = useRunPart(workflow.id, workflow.draft_revision);
  const { offered, chosen, choose } = usePastChoice(workflow.id);
  const nameOf = usePastName();
  const mayExecute = useMay('workflow.execute');
  const [source, setSource] = useState('{}');
  if (!mayExecute) return null;
  const input = readJson(source);
  const isTyped = chosen === null;
  const lacks = run.error instanceof ApiError && run.error.code === 'data_missing';
  const start = (part: Extent): void => {
    if (run.isPending || (isTyped && !input.ok)) return;
    run.mutate(
      {
        part,
        node_id: nodeId,
        ...(isTyped ? { input: input.ok ? input.value : null } : { execution_id: chosen }),
      },
      {
        onSuccess: (id) => {
          if (id === null) tell.done(t('test.filtered'));
          else void navigate(`/executions/${id}`);
        },
      },
    );
  };
  return (
    <section aria-label={t('test.title')} className="flex flex-col gap-2.5 px-4 pb-4">
      <SelectField
        label={t('test.data')}
        value={chosen ?? TYPED}
        onChange={(event) => choose(event.target.value)}
        hint={t('test.hint')}
      >
        {offered.map((one) => (
          <option key={one.id} value={one.id}>
            {nameOf(one)}
          </option>
        ))}
        <option value={TYPED}>{t('test.typed')}</option>
      </SelectField>
      {isTyped && (
        <TextArea
          label={t('test.input')}
          error={input.ok ? undefined : t('json.fault_syntax_plain')}
          value={source}
          onChange={(event) => {
            choose(null);
            setSource(event.target.value);
          }}
          rows={4}
        />
      )}
      {run.error !== null && (
        <FormError>
          {run.error.message} {lacks && t('test.missing')}
        </FormError>
      )}
      <div className="flex flex-wrap gap-2">
        {EXTENTS.map((part) => (
          <Button
            key={part}
            size="sm"
            disabled={(isTyped && !input.ok) || (run.isPending && run.variables.part !== part)}
            isBusy={run.isPending && run.variables.part === part}
            onClick={() => start(part)}
          >
            {t(`test.${part}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}
