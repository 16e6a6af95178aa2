import { createContext, useContext } from 'react';

/** What a graph's parts can start where it may be changed. */
interface Hands {
  /** Chooses a node to come after this one, by that port. */
  addAfter: (id: string, port: string) => void;
  /** Chooses a node to stand on this edge. */
  insertOn: (edgeId: string) => void;
}

/** Null: the graph is only looked at. */
export const HandsContext = createContext<Hands | null>(null);

export const useHands = (): Hands | null => useContext(HandsContext);
