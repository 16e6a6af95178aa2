import { useEffect, useLayoutEffect, useRef } from 'react';
import { create } from 'zustand';
import { memory } from './storage';

interface Shortcut {
  keys: string;
  /** A second way to type it. */
  also?: string;
  group: 'anywhere' | 'lists' | 'workflow' | 'graph' | 'editing';
}

/** Every shortcut of the screen. Menus, tooltips and the sheet behind ? read this one table. */
export const KEYMAP = {
  palette: { keys: 'mod+k', group: 'anywhere' },
  sheet: { keys: '?', group: 'anywhere' },
  go_home: { keys: 'g h', group: 'anywhere' },
  go_workflows: { keys: 'g w', group: 'anywhere' },
  go_executions: { keys: 'g e', group: 'anywhere' },
  go_webhooks: { keys: 'g b', group: 'anywhere' },
  go_schedules: { keys: 'g s', group: 'anywhere' },
  go_credentials: { keys: 'g c', group: 'anywhere' },
  go_api_keys: { keys: 'g k', group: 'anywhere' },
  go_members: { keys: 'g m', group: 'anywhere' },
  go_audit: { keys: 'g l', group: 'anywhere' },
  go_settings: { keys: 'g ,', group: 'anywhere' },
  filter: { keys: '/', group: 'lists' },
  next_row: { keys: 'j', group: 'lists' },
  previous_row: { keys: 'k', group: 'lists' },
  select_row: { keys: 'x', group: 'lists' },
  select_range: { keys: 'shift+x', group: 'lists' },
  select_all: { keys: 'a', group: 'lists' },
  clear_selection: { keys: 'Escape', group: 'lists' },
  create: { keys: 'c', group: 'lists' },
  move_rows: { keys: 'm', group: 'lists' },
  tag_rows: { keys: 't', group: 'lists' },
  export_rows: { keys: 'e', group: 'lists' },
  remove_rows: { keys: 'Backspace', also: 'Delete', group: 'lists' },
  undo_rows: { keys: 'mod+z', group: 'lists' },
  run: { keys: 'mod+Enter', group: 'workflow' },
  save: { keys: 'mod+s', group: 'workflow' },
  publish: { keys: 'shift+mod+p', group: 'workflow' },
  versions: { keys: 'alt+h', group: 'workflow' },
  run_node: { keys: 'alt+Enter', group: 'workflow' },
  run_until: { keys: 'shift+mod+Enter', group: 'workflow' },
  retry_here: { keys: 'alt+r', group: 'workflow' },
  pin: { keys: 'p', group: 'workflow' },
  run_panel: { keys: 'l', group: 'workflow' },
  input_pane: { keys: 'i', group: 'workflow' },
  output_pane: { keys: 'o', group: 'workflow' },
  next_node: { keys: 'ArrowRight', group: 'graph' },
  previous_node: { keys: 'ArrowLeft', group: 'graph' },
  open_node: { keys: 'Enter', group: 'graph' },
  select_upstream: { keys: 'shift+ArrowLeft', group: 'graph' },
  select_downstream: { keys: 'shift+ArrowRight', group: 'graph' },
  nudge: { keys: 'alt+arrows', group: 'graph' },
  next_edge: { keys: 'e', group: 'graph' },
  next_frame: { keys: 't', group: 'graph' },
  zoom_in: { keys: 'plus', also: '=', group: 'graph' },
  zoom_out: { keys: '-', group: 'graph' },
  fit: { keys: '1', group: 'graph' },
  zoom_selection: { keys: '2', group: 'graph' },
  zoom_whole: { keys: '0', group: 'graph' },
  hand_tool: { keys: 'h', group: 'graph' },
  select_tool: { keys: 'v', group: 'graph' },
  find: { keys: 'mod+f', group: 'graph' },
  outline: { keys: 'alt+o', group: 'graph' },
  add_node: { keys: 'n', group: 'editing' },
  add_after: { keys: 'shift+n', group: 'editing' },
  connect: { keys: 'c', group: 'editing' },
  replace_type: { keys: 'r', group: 'editing' },
  rename: { keys: 'F2', group: 'editing' },
  disable: { keys: 'd', group: 'editing' },
  remove: { keys: 'Backspace', also: 'Delete', group: 'editing' },
  duplicate: { keys: 'mod+d', group: 'editing' },
  copy: { keys: 'mod+c', group: 'editing' },
  cut: { keys: 'mod+x', group: 'editing' },
  paste: { keys: 'mod+v', group: 'editing' },
  undo: { keys: 'mod+z', group: 'editing' },
  redo: { keys: 'shift+mod+z', also: 'mod+y', group: 'editing' },
  select_all_nodes: { keys: 'mod+a', group: 'editing' },
  tidy: { keys: 'shift+alt+t', group: 'editing' },
  add_note: { keys: 'shift+s', group: 'editing' },
  resize: { keys: 'shift+mod+arrows', group: 'editing' },
  group_nodes: { keys: 'mod+g', group: 'editing' },
  ungroup: { keys: 'shift+mod+g', group: 'editing' },
} as const satisfies Record<string, Shortcut>;

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

interface Handler {
  act: () => void;
  /** Under how many dialogs it does not lie. */
  layer: number;
}

const handlers = new Map<string, Handler[]>();
const byId = new Map<ShortcutId, (() => void)[]>();
/** How many dialogs are open. */
let layers = 0;
let chordStart = '';
let chordUntil = 0;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Alt changes what a letter's key types ("†" on a Mac), so the key itself is read. */
function keyOf(event: KeyboardEvent): string {
  if (event.altKey && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  if (event.key === '+') return 'plus';
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** The name under which an event is looked up: "mod+k", "shift+mod+z", "alt+o", "shift+x", "g w", "/". */
function nameOf(event: KeyboardEvent, now: number): string {
  const key = keyOf(event);
  const isMod = event.metaKey || event.ctrlKey;
  const held = `${event.altKey ? 'alt+' : ''}${isMod ? 'mod+' : ''}`;
  if (event.shiftKey && (held !== '' || handlers.has(`shift+${key}`))) return `shift+${held}${key}`;
  if (held !== '') return `${held}${key}`;
  const name = now < chordUntil ? `${chordStart} ${key}` : key;
  chordUntil = 0;
  if (key === 'g' && !name.includes(' ')) {
    chordStart = key;
    chordUntil = now + CHORD_MS;
  }
  return name;
}

const OVERLAY = ':is([role=dialog],[role=menu])[data-state=open]';

/** What text fields do themselves stays theirs: marking, copying, undoing. */
const TEXT_KEYS = /^(shift\+)?mod\+[acvxzy]$/;

function isFree(name: string, event: KeyboardEvent): boolean {
  const isCombination = name.includes('mod+');
  if (!isCombination || TEXT_KEYS.test(name)) {
    if (isTyping(event.target) || document.querySelector(OVERLAY) !== null) return false;
  }
  const isCharacter = /^(shift\+)?(plus|.)$|^. .$/.test(name);
  return !isCharacter || useLetterKeys.getState().areOn;
}

function onKeyDown(event: KeyboardEvent): void {
  // A menu that closes by Escape has taken it; what lies behind must not take it too.
  if (event.defaultPrevented) return;
  const name = nameOf(event, event.timeStamp);
  if (!isFree(name, event)) return;
  const handler = handlers.get(name)?.findLast(({ layer }) => layer >= layers);
  if (handler === undefined) return;
  event.preventDefault();
  // A key held down walks through a list; a combination starts something, and that once.
  if (!name.includes('mod+') || !event.repeat) handler.act();
}

const namesOf = ({ keys, also }: Shortcut): string[] =>
  also === undefined ? [keys] : [keys, also];

/** For what covers the page: while it is open, what was there before answers no key but those of the whole app. */
export function useCoveringKeys(isOpen: boolean): void {
  // Before the effects by which shortcuts are told.
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    layers += 1;
    return () => {
      layers -= 1;
    };
  }, [isOpen]);
}

/** Calls `action` for the shortcut while the component is mounted; the one mounted last wins. */
export function useShortcut(id: ShortcutId, action: () => void, isOn = true): void {
  const latest = useRef(action);
  const born = useRef<number | null>(null);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    born.current ??= KEYMAP[id].group === 'anywhere' ? Number.POSITIVE_INFINITY : layers;
    if (!isOn) return undefined;
    const names = namesOf(KEYMAP[id]);
    const act = (): void => latest.current();
    const handler = { act, layer: born.current };
    if (handlers.size === 0) addEventListener('keydown', onKeyDown);
    byId.set(id, [...(byId.get(id) ?? []), act]);
    for (const name of names) handlers.set(name, [...(handlers.get(name) ?? []), handler]);
    return () => {
      byId.set(
        id,
        (byId.get(id) ?? []).filter((one) => one !== act),
      );
      for (const name of names) {
        const rest = (handlers.get(name) ?? []).filter((one) => one !== handler);
        if (rest.length > 0) handlers.set(name, rest);
        else handlers.delete(name);
      }
      if (handlers.size === 0) removeEventListener('keydown', onKeyDown);
    };
  }, [id, isOn]);
}

/** The shortcuts that something on the page answers at this moment, in the table's order. */
export const answered = (): ShortcutId[] =>
  (Object.keys(KEYMAP) as ShortcutId[]).filter((id) => (byId.get(id) ?? []).length > 0);

/** Does what typing the shortcut would do. */
export const press = (id: ShortcutId): void => byId.get(id)?.at(-1)?.();

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The keys as the person's keyboard labels them: ["⌘", "K"], ["G", "then", "W"] without the word. */
export function labels(id: ShortcutId): string[] {
  const names: Record<string, string> = {
    mod: isMac() ? '⌘' : 'Ctrl',
    alt: isMac() ? '⌥' : 'Alt',
    shift: '⇧',
    plus: '+',
    arrows: '←↑→↓',
    Escape: 'Esc',
    Enter: '↵',
    Backspace: '⌫',
    ArrowRight: '→',
    ArrowLeft: '←',
  };
  return KEYMAP[id].keys.split(/[+ ]/).map((key) => names[key] ?? key.toUpperCase());
}
