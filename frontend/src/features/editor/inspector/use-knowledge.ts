import { useMemo } from 'react';
import { isJsonObject } from '@/engine/edits/operations';
import { useMay } from '@/features/accounts/facade';
import { useCredentials } from '@/features/credentials/facade';
import { useCatalogue } from '../catalogue';
import { useEditor } from '../provider';
import { useSamples } from './api';
import type { Knowledge } from './expression/known-context';
import { scopeOf } from './model/scope';

const NO_VARIABLES = {};

/** What the expressions of a node may read, from past data and from what the types of the nodes before it promise. */
export function useKnowledge(nodeId: string): Knowledge {
  const workflowId = useEditor((state) => state.workflow.id);
  const document = useEditor((state) => state.document);
  const variables = useEditor((state) => state.raw.variables);
  const { catalogue } = useCatalogue();
  const samples = useSamples(workflowId, useMay('execution.read'));
  const pages = useCredentials().data?.pages;
  return useMemo(() => {
    const credentials = pages?.flatMap(({ results }) => results.map(({ name }) => name)) ?? [];
    const source = {
      document,
      nodeId,
      samples,
      schemas: new Map([...catalogue].map(([name, type]) => [name, type.output_schema])),
      variables: isJsonObject(variables) ? variables : NO_VARIABLES,
    };
    return {
      plain: scopeOf({ ...source, credentials: [] }),
      secret: scopeOf({ ...source, credentials }),
    };
  }, [document, nodeId, catalogue, samples, variables, pages]);
}
