import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { memory } from './storage';

/** Every shortcut of the screen. Menus, tooltips and the sheet behind ? read this one table. */
export const KEYMAP = {
  palette: { keys: 'mod+k', group: 'anywhere' },
  sheet: { keys: '?', group: 'anywhere' },
  go_workflows: { keys: 'g w', group: 'anywhere' },
  go_executions: { keys: 'g e', group: 'anywhere' },
  go_credentials: { keys: 'g c', group: 'anywhere' },
  go_api_keys: { keys: 'g k', group: 'anywhere' },
  go_members: { keys: 'g m', group: 'anywhere' },
  filter: { keys: '/', group: 'lists' },
  next_row: { keys: 'j', group: 'lists' },
  previous_row: { keys: 'k', group: 'lists' },
  select_row: { keys: 'x', group: 'lists' },
  select_range: { keys: 'shift+x', group: 'lists' },
  select_all: { keys: 'a', group: 'lists' },
  clear_selection: { keys: 'Escape', group: 'lists' },
  create: { keys: 'c', group: 'lists' },
  run: { keys: 'mod+Enter', group: 'workflow' },
  next_node: { keys: 'ArrowRight', group: 'graph' },
  previous_node: { keys: 'ArrowLeft', group: 'graph' },
  open_node: { keys: 'Enter', group: 'graph' },
} as const;

export type ShortcutId = keyof typeof KEYMAP;

const CHORD_MS = 1_200;

/** Single letters may be switched off (WCAG 2.1.4): speech input types letters by accident. */
export const useLetterKeys = create<{ areOn: boolean; set: (areOn: boolean) => void }>((set) => ({
  areOn: memory.get('letter-keys') !== 'off',
  set: (areOn) => {
    memory.set('letter-keys', areOn ? 'on' : 'off');
    set({ areOn });
  },
}));

const handlers = new Map<string, (() => void)[]>();
let chordStart = '';
let chordUntil = 0;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The name under which an event is looked up: "mod+k", "shift+x", "g w", "/". */
function nameOf(event: KeyboardEvent, now: number): string {
  if (event.metaKey || event.ctrlKey)
    return `mod+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  if (event.altKey) return '';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey && handlers.has(`shift+${key}`)) return `shift+${key}`;
  const name = now < chordUntil ? `${chordStart} ${key}` : key;
  chordUntil = 0;
  if (key === 'g' && !name.includes(' ')) {
    chordStart = key;
    chordUntil = now + CHORD_MS;
  }
  return name;
}

function onKeyDown(event: KeyboardEvent): void {
  // A menu that closes by Escape has taken it; what lies behind must not take it too.
  if (event.defaultPrevented) return;
  const name = nameOf(event, event.timeStamp);
  const isLetter = !name.startsWith('mod+');
  const isBehindDialog = document.querySelector('[role=dialog][data-state=open]') !== null;
  if (isLetter && (isTyping(event.target) || isBehindDialog || !useLetterKeys.getState().areOn))
    return;
  const handler = handlers.get(name)?.at(-1);
  if (handler === undefined) return;
  event.preventDefault();
  // A key held down walks through a list; a combination starts something, and that once.
  if (isLetter || !event.repeat) handler();
}

/** Calls `action` for the shortcut while the component is mounted; the one mounted last wins. */
export function useShortcut(id: ShortcutId, action: () => void, isOn = true): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    const { keys } = KEYMAP[id];
    const handler = (): void => latest.current();
    if (handlers.size === 0) addEventListener('keydown', onKeyDown);
    handlers.set(keys, [...(handlers.get(keys) ?? []), handler]);
    return () => {
      const rest = (handlers.get(keys) ?? []).filter((one) => one !== handler);
      if (rest.length > 0) handlers.set(keys, rest);
      else handlers.delete(keys);
      if (handlers.size === 0) removeEventListener('keydown', onKeyDown);
    };
  }, [id, isOn]);
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The keys as the person's keyboard labels them: ["⌘", "K"], ["G", "then", "W"] without the word. */
export function labels(id: ShortcutId): string[] {
  const names: Record<string, string> = {
    mod: isMac() ? '⌘' : 'Ctrl',
    shift: '⇧',
    Escape: 'Esc',
    Enter: '↵',
    ArrowRight: '→',
    ArrowLeft: '←',
  };
  return KEYMAP[id].keys.split(/[+ ]/).map((key) => names[key] ?? key.toUpperCase());
}
