import { type FitViewOptions, Panel, useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';

export function ZoomBar({ fit }: { fit: FitViewOptions }) {
  const { t } = useTranslation();
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const zoom = useStore((store) => Math.round(store.transform[2] * 100));
  return (
    <Panel
      position="bottom-left"
      className="!m-3 flex items-center rounded-lg border border-line bg-raised p-0.5 shadow-2"
    >
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('canvas.zoom_out')}
        onClick={() => void zoomOut()}
      >
        <Minus aria-hidden />
      </Button>
      <span className="w-10 text-center text-2xs text-fg-2 tabular-nums">{zoom}%</span>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('canvas.zoom_in')}
        onClick={() => void zoomIn()}
      >
        <Plus aria-hidden />
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('canvas.fit')}
        onClick={() => void fitView(fit)}
      >
        <Maximize aria-hidden />
      </Button>
    </Panel>
  );
}
