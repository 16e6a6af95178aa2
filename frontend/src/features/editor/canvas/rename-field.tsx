import { ViewportPortal } from '@xyflow/react';
import { CARD_WIDTH } from '@/engine/positions';
import { useScene } from './canvas-provider';
import { NameField } from './name-field';
import { useUi } from './ui';

/** Over the card whose name is being written. */
export function RenameField() {
  const id = useUi((state) => state.renaming);
  const { placed } = useScene();
  const place = id === null ? undefined : placed.positions.get(id);
  if (id === null || place === undefined) return null;
  return (
    <ViewportPortal>
      <div
        className="nopan absolute z-10"
        style={{
          transform: `translate(${place.x + 50}px, ${place.y + 8}px)`,
          width: CARD_WIDTH - 58,
          pointerEvents: 'all',
        }}
      >
        <NameField
          key={id}
          id={id}
          className="h-6 w-full rounded-sm border border-accent bg-panel px-1 font-medium shadow-2 outline-none"
        />
      </div>
    </ViewportPortal>
  );
}
