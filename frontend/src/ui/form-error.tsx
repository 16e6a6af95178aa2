import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/lib/problem';

/** What is wrong with the form as a whole; announced when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad">
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <span className="min-w-0 flex-1">{children}</span>
    </p>
  );
}

/** What the server refused and no field explains, with the id under which its logs know more. */
export function Refused({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (error === null) return null;
  const { requestId: id, errors: named } =
    error instanceof ApiError ? error : { requestId: '', errors: [] };
  // A refusal of one thing often says no more than what is wrong with that.
  const isSaid = named.some(({ message }) => message === error.message);
  return (
    <FormError>
      {!isSaid && error.message}
      {named.map(({ path, message }) => (
        <span key={path + message} className="mt-1 block break-words text-xs">
          <code className="font-mono">{path.slice(1).replaceAll('/', '.')}</code> {message}
        </span>
      ))}
      {id !== '' && (
        <span className="mt-1 block break-all font-mono text-2xs">
          {t('failure.request', { id })}
        </span>
      )}
    </FormError>
  );
}
