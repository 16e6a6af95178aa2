import type { KeyboardEvent } from 'react';
import { walk } from '@/engine/graph';
import { useEditorActions, useEditorNow } from '../provider';
import { useScene } from './canvas-provider';
import { useCommands } from './commands-context';
import { type Aim, nearest } from './nearest';
import { useUiStore } from './ui';

const NUDGE = 20;
const FAR = 100;

const AIMS: Readonly<Record<string, Aim>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const STEPS: Readonly<Record<string, { x: number; y: number }>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

const isField = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/** The inspector, where it stands: Enter goes on there. */
export const INSPECTOR = 'inspector';

/** Keys on the canvas that need to know where the focus is: arrows, Enter, Escape. The rest are shortcuts. */
export function useCanvasKeys(): (event: KeyboardEvent) => void {
  const ui = useUiStore();
  const now = useEditorNow();
  const actions = useEditorActions();
  const commands = useCommands();
  const { placed } = useScene();

  /** True: the key was meant for the edge that is being drawn. */
  const whileConnecting = (event: KeyboardEvent): boolean => {
    if (ui.getState().connecting === null) return false;
    const aim = AIMS[event.key];
    if (aim !== undefined) commands.aim(aim);
    else if (event.key === 'Enter') commands.land();
    else if (event.key === 'Escape') commands.stopConnecting();
    else if (event.key.toLowerCase() === 'c' && !event.ctrlKey && !event.metaKey)
      commands.turnPort();
    else return false;
    return true;
  };

  const onArrow = (event: KeyboardEvent, aim: Aim, from: string): boolean => {
    if (event.shiftKey && (event.ctrlKey || event.metaKey)) {
      const step = STEPS[aim] ?? { x: 0, y: 0 };
      commands.growNotes(step.x * NUDGE, step.y * NUDGE);
      return true;
    }
    if (event.altKey) {
      const by = event.shiftKey ? FAR : NUDGE;
      const step = STEPS[aim] ?? { x: 0, y: 0 };
      commands.nudge(step.x * by, step.y * by);
      return true;
    }
    if (event.shiftKey && (aim === 'left' || aim === 'right')) {
      if (aim === 'left') commands.selectUpstream();
      else commands.selectDownstream();
      return true;
    }
    const place = placed.positions.get(from);
    const next =
      walk(now().document, from, event.key) ??
      (place === undefined || event.shiftKey ? null : nearest(placed.positions, place, aim));
    if (next === null) return true;
    actions.select([next]);
    ui.setState({ focused: next });
    commands.focusNode(next);
    return true;
  };

  const onNode = (event: KeyboardEvent, id: string): boolean => {
    const aim = AIMS[event.key];
    if (aim !== undefined) return onArrow(event, aim, id);
    if (event.key === ' ') actions.select([id], event.shiftKey ? 'toggle' : 'set');
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (commands.startWriting()) return true;
      actions.select([id]);
      // Once the panel shows this node.
      requestAnimationFrame(() => document.getElementById(INSPECTOR)?.focus());
    } else return false;
    return true;
  };

  const onEscape = (): boolean => {
    if (now().selection.size === 0) return false;
    actions.select([]);
    return true;
  };

  return (event) => {
    if (isField(event.target)) return;
    const id = (event.target as HTMLElement).dataset.id;
    const isTaken =
      whileConnecting(event) ||
      (id !== undefined && now().neighbours.has(id) && onNode(event, id)) ||
      (event.key === 'Escape' && onEscape());
    if (!isTaken) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
