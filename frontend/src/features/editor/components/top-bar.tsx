import { ChevronRight, PanelRight, Redo2, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ChangedDot, StateBadge } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { useEditor, useEditorActions } from '../provider';
import { RunBar } from '../run/run-bar';
import { TopBarActions } from '../versions/top-bar-actions';
import { SaveMark } from './save-mark';
import { WorkflowName } from './workflow-name';

function UndoButtons() {
  const { t } = useTranslation('editor');
  const actions = useEditorActions();
  const undo = (): void => actions.undo();
  const redo = (): void => actions.redo();
  const canUndo = useEditor((state) => state.canUndo);
  const canRedo = useEditor((state) => state.canRedo);
  const undoLabel = useEditor((state) => state.undoLabel);
  const redoLabel = useEditor((state) => state.redoLabel);
  useShortcut('undo', undo, canUndo);
  useShortcut('redo', redo, canRedo);
  const undoWords = canUndo ? t('undo', { what: undoLabel }) : t('undo_none');
  const redoWords = canRedo ? t('redo', { what: redoLabel }) : t('redo_none');
  return (
    <div className="flex">
      <Button
        look="quiet"
        size="icon-sm"
        disabled={!canUndo}
        aria-label={undoWords}
        title={undoWords}
        onClick={undo}
      >
        <Undo2 aria-hidden />
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        disabled={!canRedo}
        aria-label={redoWords}
        title={redoWords}
        onClick={redo}
      >
        <Redo2 aria-hidden />
      </Button>
    </div>
  );
}

interface TopBarProps {
  isPanelOpen: boolean;
  onPanel: () => void;
}

/** Where the workflow lies, what it is called, whether it is saved; and what can be done with all of it. */
export function TopBar({ isPanelOpen, onPanel }: TopBarProps) {
  const { t } = useTranslation(['editor', 'workflows']);
  const workflow = useEditor((state) => state.workflow);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const panel = isPanelOpen ? t('panel_hide') : t('panel_show');
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-panel px-3 py-1 max-md:px-2 md:flex-nowrap">
      <nav aria-label={t('crumbs')} className="flex min-w-0 shrink items-center gap-1.5 text-base">
        <Link to="/workflows" className="shrink-0 text-fg-2 hover:text-fg max-sm:hidden">
          {t('workflows:title')}
        </Link>
        <ChevronRight className="size-4 shrink-0 text-fg-3 max-sm:hidden" aria-hidden />
        <WorkflowName />
      </nav>
      <StateBadge workflow={workflow} />
      <ChangedDot workflow={workflow} />
      <SaveMark />
      <div className="ml-auto flex items-center gap-2 max-md:gap-1">
        {!isReadOnly && <UndoButtons />}
        <TopBarActions />
        <RunBar />
        <Button
          look="quiet"
          size="icon-sm"
          aria-label={panel}
          title={panel}
          aria-pressed={isPanelOpen}
          onClick={onPanel}
        >
          <PanelRight aria-hidden />
        </Button>
      </div>
    </header>
  );
}
