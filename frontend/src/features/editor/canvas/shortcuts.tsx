import { useEffect } from 'react';
import { useShortcut } from '@/lib/keys';
import { useEditor } from '../provider';
import { useScene } from './canvas-provider';
import { useCommands } from './commands-context';
import { INSPECTOR } from './keyboard';

/** Text that is marked somewhere on the page is copied as what it is. */
const hasMarkedText = (): boolean => getSelection()?.isCollapsed === false;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);

/** Whoever stands in the side panel means what is there, not the node that it is about. */
const isInPanel = (): boolean => document.activeElement?.closest(`#${INSPECTOR}`) != null;

const isElsewhere = (event: ClipboardEvent): boolean =>
  isField(event.target) || document.querySelector('[role=dialog][data-state=open]') !== null;

/** Copy, cut and paste come as events of the browser, which bring the clipboard along and ask nobody. */
function useClipboard(): void {
  const commands = useCommands();
  useEffect(() => {
    const onCopy = (event: ClipboardEvent): void => {
      if (!isElsewhere(event) && !hasMarkedText()) commands.onCopy(event, event.type === 'cut');
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!isElsewhere(event)) commands.onPaste(event);
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, [commands]);
}

/** The editor's shortcuts, for canvas and outline alike. */
export function Shortcuts() {
  const commands = useCommands();
  const { placed } = useScene();
  const mayEdit = useEditor((state) => !state.isReadOnly);
  const hasSelection = useEditor((state) => state.selection.size > 0);
  const hasNodes = placed.positions.size > 0;
  const canChange = mayEdit && hasSelection;
  useClipboard();
  useShortcut('add_node', commands.askHere, mayEdit);
  useShortcut('add_after', commands.askNext, canChange);
  useShortcut('connect', commands.startConnecting, canChange);
  useShortcut('replace_type', commands.askReplacing, canChange);
  useShortcut('rename', commands.startRenaming, canChange);
  useShortcut('disable', commands.toggleDisabled, canChange);
  useShortcut(
    'remove',
    () => {
      if (!isInPanel()) commands.remove();
    },
    canChange,
  );
  useShortcut('duplicate', commands.duplicate, canChange);
  useShortcut('select_all_nodes', commands.selectAll, hasNodes);
  useShortcut('select_upstream', commands.selectUpstream, hasSelection);
  useShortcut('select_downstream', commands.selectDownstream, hasSelection);
  useShortcut('tidy', () => void commands.tidy(), mayEdit && hasNodes);
  useShortcut('add_note', () => commands.addNote(), mayEdit);
  useShortcut('group_nodes', commands.group, canChange);
  useShortcut('ungroup', commands.ungroup, canChange);
  useShortcut('next_edge', commands.nextEdge, hasNodes);
  useShortcut('next_frame', commands.nextFrame);
  useShortcut('find', commands.find, hasNodes);
  useShortcut('outline', commands.toggleView);
  useShortcut('zoom_in', commands.zoomIn);
  useShortcut('zoom_out', commands.zoomOut);
  useShortcut('zoom_whole', commands.zoomWhole);
  useShortcut('fit', commands.fit);
  useShortcut('zoom_selection', commands.zoomSelection);
  useShortcut('hand_tool', () => commands.setTool('hand'));
  useShortcut('select_tool', () => commands.setTool('select'));
  return null;
}
