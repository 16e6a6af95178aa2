import { createContext, use } from 'react';
import type { Known } from '../model/known';

/** What the expressions of the node may read. `secret`: with the credentials, for fields that take them. */
export interface Knowledge {
  plain: Known;
  secret: Known;
}

const NOTHING: Known = { parts: new Map() };

export const KnownContext = createContext<Knowledge>({ plain: NOTHING, secret: NOTHING });

export function useKnown(takesSecrets: boolean): Known {
  const { plain, secret } = use(KnownContext);
  return takesSecrets ? secret : plain;
}
