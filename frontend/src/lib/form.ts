import { useEffect } from 'react';
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type Resolver,
  type UseFormReturn,
  useForm,
} from 'react-hook-form';
import * as z from 'zod/mini';
import { ApiError } from './problem';

// Its faster way compiles functions from text, which this page's policy refuses.
z.config({ jitless: true });

/** Asks a schema what is wrong with a form; the first word about each field counts. */
function resolverOf<T extends FieldValues>(schema: z.ZodMiniType<T, T>): Resolver<T> {
  return (values) => {
    const read = schema.safeParse(values);
    if (read.success) return { values: read.data, errors: {} };
    const errors: Record<string, { type: string; message: string }> = {};
    for (const { path, code, message } of read.error.issues) {
      errors[path.join('.')] ??= { type: code ?? 'custom', message };
    }
    return { values: {}, errors: errors as never };
  };
}

/** A form whose fields a schema judges when it is sent, and from then on as they change. */
export function useSchemaForm<T extends FieldValues>(
  schema: z.ZodMiniType<T, T>,
  defaultValues: DefaultValues<T>,
): UseFormReturn<T> {
  return useForm<T>({ resolver: resolverOf(schema), defaultValues });
}

/** Puts what the server refused beside its fields; returns what belongs to none of them. */
export function useRefusal<T extends FieldValues>(
  form: UseFormReturn<T>,
  error: Error | null,
  fields: readonly Path<T>[],
): Error | null {
  const { setError } = form;
  const refusal = error instanceof ApiError ? error : null;
  const named = fields.filter((name) => refusal?.field(name) !== undefined);
  useEffect(() => {
    for (const name of named) setError(name, { type: 'server', message: refusal?.field(name) ?? '' });
    // What stands beside the fields changes with the answer, not with the array.
    // biome-ignore lint: see above
  }, [refusal, setError]);
  return named.length > 0 ? null : error;
}
