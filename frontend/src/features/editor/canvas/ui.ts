import { createContext, useContext } from 'react';
import { createStore, useStore } from 'zustand';

export interface Point {
  x: number;
  y: number;
}

/** What the palette's choice becomes. */
export type Purpose =
  | { kind: 'add' }
  | { kind: 'after'; id: string; port: string }
  | { kind: 'before'; id: string }
  | { kind: 'on'; edgeId: string }
  | { kind: 'replace'; id: string };

export interface PaletteRequest {
  purpose: Purpose;
  /** Where the new node will stand, on the canvas; null: wherever fits best. */
  place: Point | null;
  /**
   * Where the palette shows itself, in the canvas's frame; null: at its left edge. `before`: where it has to end instead,
   * if there is no room.
   */
  at: (Point & { before?: number }) | null;
}

/** What a menu at the pointer is about. */
export type MenuTarget =
  | { kind: 'node'; id: string }
  | { kind: 'edge'; id: string }
  | { kind: 'note'; id: string }
  | { kind: 'group'; id: string }
  | { kind: 'pane' };

interface MenuRequest {
  target: MenuTarget;
  /** In the window. */
  at: Point;
}

/** An edge that is drawn by keys: from this port to the node that the arrows have come to. */
interface Connecting {
  from: string;
  port: string;
  to: string | null;
}

interface UiState {
  view: 'canvas' | 'outline';
  tool: 'select' | 'hand';
  palette: PaletteRequest | null;
  menu: MenuRequest | null;
  connecting: Connecting | null;
  /** The node whose name is being written. */
  renaming: string | null;
  isFinding: boolean;
  hoveredEdge: string | null;
  /** The edge that a dragged node would be put on. */
  dropEdge: string | null;
  /** The node that has, or last had, the focus. */
  focused: string | null;
  /** The note that is being written. */
  writing: string | null;
  /** What happened, for those who do not see it. */
  said: string;
}

const START: UiState = {
  view: 'canvas',
  tool: 'select',
  palette: null,
  menu: null,
  connecting: null,
  renaming: null,
  isFinding: false,
  hoveredEdge: null,
  dropEdge: null,
  focused: null,
  writing: null,
  said: '',
};

export const makeUi = () => createStore<UiState>(() => START);

export type Ui = ReturnType<typeof makeUi>;

/** How the canvas of one editor is being used just now; nothing of it is kept. */
export const UiContext = createContext<Ui>(makeUi());

export const useUiStore = (): Ui => useContext(UiContext);

export function useUi<Slice>(select: (state: UiState) => Slice): Slice {
  return useStore(useContext(UiContext), select);
}
