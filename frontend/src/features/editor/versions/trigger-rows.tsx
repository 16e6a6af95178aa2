import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import type { Workflow } from '@/features/workflows/facade';
import { useNodeName } from './node-names';

interface TriggerRowsProps {
  triggers: Workflow['triggers'];
  /** They are about to be switched on; false: off. */
  isOn: boolean;
}

/** What becomes of each trigger when the workflow is switched. */
export function TriggerRows({ triggers, isOn }: TriggerRowsProps) {
  const { t } = useTranslation(['versions', 'workflows']);
  const nameOf = useNodeName();
  if (triggers.length === 0) return <p className="text-fg-2">{t('workflows:trigger.none')}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {triggers.map(({ node_id, kind }) => {
        const { icon: Icon, hue } = lookOf(`trigger:${kind}`);
        return (
          <li key={node_id} className="flex items-start gap-3">
            <span
              style={{ '--hue': hue }}
              className="tile grid size-8 shrink-0 place-items-center rounded-md"
            >
              <Icon className="size-4" aria-hidden />
            </span>
            <span className="min-w-0">
              <span className="block font-medium">{nameOf(node_id)}</span>
              <span className="block text-fg-2">
                {isOn ? t(`active.starts.${kind}`) : t(`active.stops.${kind}`)}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
