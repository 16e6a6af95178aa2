import { useMemo } from 'react';
import { isJsonObject } from '@/engine/edits/operations';
import { useCatalogue } from '../catalogue';
import { useEditor } from '../provider';
import type { Knowledge } from './expression/known-context';
import { type Samples, scopeOf } from './model/scope';

const NO_SAMPLES: Samples = { steps: {} };
const NO_VARIABLES = {};

/** What the expressions of a node may read, from past data and from what the types of the nodes before it promise. */
export function useKnowledge(nodeId: string): Knowledge {
  const document = useEditor((state) => state.document);
  const variables = useEditor((state) => state.raw.variables);
  const { catalogue } = useCatalogue();
  return useMemo(() => {
    const source = {
      document,
      nodeId,
      samples: NO_SAMPLES,
      schemas: new Map(
        [...catalogue].map(([name, type]) => [name, type.output_schema as Record<string, unknown>]),
      ),
      variables: isJsonObject(variables) ? variables : NO_VARIABLES,
    };
    return {
      plain: scopeOf({ ...source, credentials: [] }),
      secret: scopeOf({ ...source, credentials: [] }),
    };
  }, [document, nodeId, catalogue, variables]);
}
