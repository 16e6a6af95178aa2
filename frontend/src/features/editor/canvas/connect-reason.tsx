import { useConnection } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { canConnect } from '@/engine/edits/connecting';
import { useEditorNow } from '../provider';

/** While a wire is dragged over a node that it cannot lead to: why. */
export default function ConnectReason() {
  const { t } = useTranslation('editor');
  const now = useEditorNow();
  const wire = useConnection((connection) => {
    const { inProgress, isValid, fromHandle, toNode } = connection;
    if (!inProgress || isValid || toNode === null) return '';
    const isOut = fromHandle.type === 'source';
    const ends = isOut ? [fromHandle.nodeId, toNode.id] : [toNode.id, fromHandle.nodeId];
    return [...ends, isOut ? (fromHandle.id ?? '') : ''].join('\n');
  });
  if (wire === '') return null;
  const [source = '', target = '', port = ''] = wire.split('\n');
  const reason = canConnect(now().raw, { source, target, port });
  if (reason === null) return null;
  return (
    <p className="pointer-events-none absolute top-3 left-1/2 z-20 -translate-x-1/2 rounded-lg border border-bad bg-raised px-3 py-1.5 text-bad shadow-2">
      {t(`connect.reason.${reason}`)}
    </p>
  );
}
