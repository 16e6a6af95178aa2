import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** React Flow's own words, in ours. */
export function useFlowWords() {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      'node.a11yDescription.default': t('canvas.node_hint'),
      'node.a11yDescription.keyboardDisabled': t('canvas.node_hint'),
      'node.a11yDescription.ariaLiveMessage': () => '',
      'edge.a11yDescription.default': t('canvas.edge_hint'),
    }),
    [t],
  );
}
