import { useTranslation } from 'react-i18next';
import { nodesOf, placeOf, type RawDocument } from '@/engine/edits/operations';
import { CARD_HEIGHT } from '@/engine/positions';
import { tell } from '@/lib/toast';
import { useEditorActions, useEditorNow } from '../provider';

const GAP = 80;

/** Below everything that is there, at its left edge. */
function below(document: RawDocument): { x: number; y: number } {
  const places = nodesOf(document).map((node) => placeOf(node) ?? { x: 0, y: 0 });
  if (places.length === 0) return { x: 0, y: 0 };
  return {
    x: Math.min(...places.map(({ x }) => x)),
    y: Math.max(...places.map(({ y }) => y)) + CARD_HEIGHT + GAP,
  };
}

/** Puts nodes from elsewhere into the open workflow, as one step that can be undone; they are selected afterwards. */
export function useAdding(): (document: { nodes: unknown; edges: unknown }) => void {
  const { t } = useTranslation('versions');
  const actions = useEditorActions();
  const now = useEditorNow();
  return (document) => {
    const add = ({ pasted }: typeof import('@/engine/edits/clipboard')): void => {
      const { raw } = now();
      const made = pasted(raw, JSON.stringify(document), below(raw));
      if (made === null || !actions.edit(made.operations, t('imported')))
        tell.failed(new Error(t('import_refused')));
      else actions.select(made.ids);
    };
    import('@/engine/edits/clipboard').then(add, tell.failed);
  };
}
