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
    const errors = new Map<string, { type: string; message: string }>();
    for (const { path, code, message } of read.error.issues) {
      const name = path.join('.');
      if (!errors.has(name)) errors.set(name, { type: code, message });
    }
    return { values: {}, errors: Object.fromEntries(errors) as never };
  };
}

/** A form whose fields a schema judges when it is sent, and from then on as they change. */
export function useSchemaForm<T extends FieldValues>(
  schema: z.ZodMiniType<T, T>,
  defaultValues: DefaultValues<T>,
): UseFormReturn<T> {
  return useForm<T>({ resolver: resolverOf(schema), defaultValues });
}

/** Returns what puts the server's refusal beside the fields that it names. */
export function besideFields<T extends FieldValues>(
  { setError }: Pick<UseFormReturn<T>, 'setError'>,
  fields: readonly Path<T>[],
): (error: Error) => void {
  return (error) => {
    if (!(error instanceof ApiError)) return;
    for (const name of fields) {
      const message = error.field(name);
      if (message !== undefined) setError(name, { type: 'server', message });
    }
  };
}

/** What of a refusal no field says. */
export const restOf = (error: Error | null, fields: readonly string[]): Error | null =>
  error instanceof ApiError ? error.beyond(fields) : error;
