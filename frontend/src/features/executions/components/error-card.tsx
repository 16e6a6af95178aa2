import { CircleAlert } from 'lucide-react';
import type { ExecutionError } from '../types';

/** What went wrong, in the server's words; the code is for whoever searches. */
export function ErrorCard({ error }: { error: ExecutionError }) {
  return (
    <div className="flex gap-2.5 rounded-lg border border-bad/40 bg-bad-soft px-3 py-2.5">
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium text-bad">
          {[error.status, error.code].filter((part) => part !== null).join(' · ')}
        </p>
        <p className="break-words text-fg-2">{error.message}</p>
      </div>
    </div>
  );
}
