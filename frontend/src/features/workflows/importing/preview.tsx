import { CircleCheck, KeyRound, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { typeTitle } from '@/canvas/families';
import { Graph } from '@/canvas/graph';
import type { NodeStates } from '@/canvas/states';
import { readDocument } from '@/engine/document';
import type { Imported } from '@/engine/importing';
import type { SchemaCurlOut } from '@/generated/api';
import { useMissing } from './missing';

const NO_STATES: NodeStates = new Map();

function Line({ icon: Icon, children }: { icon: typeof KeyRound; children: string }) {
  return (
    <li className="flex items-start gap-2">
      <Icon className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}

function Lacking({ workflow, call }: { workflow: Imported; call: SchemaCurlOut | null }) {
  const { t } = useTranslation('importing');
  const missing = useMissing(workflow.definition);
  if (missing === null) return null;
  const lines = [
    ...missing.types.map(({ type, nodeNames }) =>
      t('unknown_type', { type, nodes: nodeNames.join(', ') }),
    ),
    ...(call?.warnings ?? []),
  ];
  const keys = [
    ...missing.credentials.map(({ name, nodeNames }) =>
      t(missing.isUnsure ? 'credential_unsure' : 'credential_missing', {
        name,
        nodes: nodeNames.join(', '),
      }),
    ),
    ...(call?.credentials ?? []).map(({ type, place }) =>
      t('secret_left', { type: type.replaceAll('_', ' '), place }),
    ),
  ];
  if (lines.length + keys.length === 0) {
    return (
      <p className="flex items-center gap-2 text-ok">
        <CircleCheck className="size-4 shrink-0" aria-hidden />
        {t('nothing_missing')}
      </p>
    );
  }
  return (
    <ul aria-label={t('missing')} className="flex flex-col gap-1.5">
      {keys.map((line) => (
        <Line key={line} icon={KeyRound}>
          {line}
        </Line>
      ))}
      {lines.map((line) => (
        <Line key={line} icon={TriangleAlert}>
          {line}
        </Line>
      ))}
    </ul>
  );
}

interface PreviewProps {
  workflow: Imported;
  /** It was read from a command. */
  call: SchemaCurlOut | null;
}

/** What would come in, as a picture, and what it needs that is not here. */
export function Preview({ workflow, call }: PreviewProps) {
  const { t } = useTranslation(['importing', 'workflows']);
  const [selected, setSelected] = useState<string | null>(null);
  const document = useMemo(() => readDocument(workflow.definition), [workflow.definition]);
  const kinds = [...new Set(document.nodes.map(({ type }) => typeTitle(type)))];
  return (
    <section aria-label={t('preview')} className="flex flex-col gap-3">
      <p className="text-fg-2">
        {t('workflows:json.summary_nodes', { count: document.nodes.length })} ·{' '}
        {t('workflows:json.summary_edges', { count: document.edges.length })}
        {kinds.length > 0 && <span className="text-fg-3"> · {kinds.join(', ')}</span>}
      </p>
      <Lacking workflow={workflow} call={call} />
      {document.nodes.length > 0 && (
        <div className="h-52 overflow-hidden rounded-lg border border-line bg-bg">
          <Graph
            document={document}
            states={NO_STATES}
            label={t('preview')}
            selected={selected}
            onSelect={setSelected}
          />
        </div>
      )}
    </section>
  );
}
