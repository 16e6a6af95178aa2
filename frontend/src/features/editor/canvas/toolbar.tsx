import { useReactFlow, useStore } from '@xyflow/react';
import {
  Hand,
  ListTree,
  Maximize,
  Minus,
  MousePointer2,
  Plus,
  Search,
  StickyNote,
  WandSparkles,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { labels, type ShortcutId } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { useUi } from './ui';

interface ToolProps {
  words: string;
  keys: ShortcutId;
  isOn?: boolean;
  onUse: () => void;
  children: ReactNode;
}

function Tool({ words, keys, isOn, onUse, children }: ToolProps) {
  return (
    <Button
      look="quiet"
      size="icon"
      className={isOn === true ? 'bg-hover text-fg' : ''}
      aria-label={words}
      aria-keyshortcuts={labels(keys).join('+')}
      title={`${words} (${labels(keys).join(' ')})`}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      onClick={onUse}
    >
      {children}
    </Button>
  );
}

const Line = () => <span className="mx-1 h-5 w-px bg-line" aria-hidden />;

function Zoom() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const { getZoom } = useReactFlow();
  const zoom = useStore((store) => Math.round(store.transform[2] * 100));
  return (
    <>
      <Tool words={t('toolbar.zoom_out')} keys="zoom_out" onUse={commands.zoomOut}>
        <Minus aria-hidden />
      </Tool>
      <button
        type="button"
        className="h-8 w-11 rounded-md text-center text-fg-2 text-xs tabular-nums hover:bg-hover"
        title={`${t('toolbar.whole')} (${labels('zoom_whole').join(' ')})`}
        aria-label={`${t('toolbar.whole')}. ${Math.round(getZoom() * 100)} %`}
        onClick={commands.zoomWhole}
      >
        {zoom}%
      </button>
      <Tool words={t('toolbar.zoom_in')} keys="zoom_in" onUse={commands.zoomIn}>
        <Plus aria-hidden />
      </Tool>
      <Tool words={t('toolbar.fit')} keys="fit" onUse={commands.fit}>
        <Maximize aria-hidden />
      </Tool>
    </>
  );
}

/** At the bottom of the canvas: what the pointer does, and how near one looks. */
export function Toolbar() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const tool = useUi((state) => state.tool);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <div
      role="toolbar"
      aria-label={t('toolbar.label')}
      className="absolute bottom-3 left-1/2 z-20 flex max-w-[calc(100%-24px)] -translate-x-1/2 items-center gap-0.5 overflow-x-auto rounded-xl border border-line bg-raised p-1.5 shadow-2"
    >
      {!isReadOnly && (
        <>
          <Button look="primary" onClick={() => commands.askHere()}>
            <Plus aria-hidden />
            {t('toolbar.add')}
            <Kbd id="add_node" isOnAccent />
          </Button>
          <Line />
        </>
      )}
      <Tool
        words={t('toolbar.select')}
        keys="select_tool"
        isOn={tool === 'select'}
        onUse={() => commands.setTool('select')}
      >
        <MousePointer2 aria-hidden />
      </Tool>
      <Tool
        words={t('toolbar.hand')}
        keys="hand_tool"
        isOn={tool === 'hand'}
        onUse={() => commands.setTool('hand')}
      >
        <Hand aria-hidden />
      </Tool>
      {!isReadOnly && (
        <>
          <Tool words={t('toolbar.note')} keys="add_note" onUse={() => commands.addNote()}>
            <StickyNote aria-hidden />
          </Tool>
          <Tool words={t('toolbar.tidy')} keys="tidy" onUse={() => void commands.tidy()}>
            <WandSparkles aria-hidden />
          </Tool>
        </>
      )}
      <Tool words={t('toolbar.find')} keys="find" onUse={commands.find}>
        <Search aria-hidden />
      </Tool>
      <Tool words={t('toolbar.outline')} keys="outline" onUse={commands.toggleView}>
        <ListTree aria-hidden />
      </Tool>
      <Line />
      <Zoom />
    </div>
  );
}
