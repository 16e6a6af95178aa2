import { createContext, useContext } from 'react';
import { createStore, useStore } from 'zustand';
import type { NodeState } from '@/engine/graph';

export type NodeStates = ReadonlyMap<string, NodeState>;

const same = (one: NodeState | undefined, other: NodeState): boolean =>
  one?.status === other.status &&
  one.port === other.port &&
  one.ms === other.ms &&
  one.hasPasses === other.hasPasses;

/** Takes over what did not change, so that a tick re-renders the nodes that changed and no others. */
export function merged(before: NodeStates, after: NodeStates): NodeStates {
  return new Map(
    [...after].map(([id, state]) => {
      const known = before.get(id);
      return [id, known !== undefined && same(known, state) ? known : state];
    }),
  );
}

interface StatesStore {
  states: NodeStates;
}

export const makeStatesStore = () => createStore<StatesStore>(() => ({ states: new Map() }));

/** Execution state lies beside the graph, by node id, and never in it: a status tick must not rebuild the graph. */
export const StatesContext = createContext(makeStatesStore());

export function useNodeState(id: string): NodeState | undefined {
  return useStore(useContext(StatesContext), (store) => store.states.get(id));
}
