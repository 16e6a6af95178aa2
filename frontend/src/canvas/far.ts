import { useStore } from '@xyflow/react';
import { createContext, useContext } from 'react';

/** Below this zoom a card is a tinted tile: text of four pixels costs time and tells nothing. */
const TILE_ZOOM = 0.4;

/** Whether one looks from so far away that cards are tiles. Asked once for each graph: each card asking costs each of them. */
export const useIsFar = (): boolean => useStore((store) => store.transform[2] < TILE_ZOOM);

export const FarContext = createContext(false);

export const useFar = (): boolean => useContext(FarContext);
