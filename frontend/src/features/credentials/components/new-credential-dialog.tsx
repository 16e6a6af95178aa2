import { lazy, Suspense } from 'react';

const NewCredential = lazy(() => import('./new-credential'));

interface NewCredentialDialogProps {
  /** The type that its form begins with. */
  type: string | undefined;
  onMade: (name: string) => void;
  onClose: () => void;
}

/** The form of a new credential, for who needs one in the middle of something else. */
export function NewCredentialDialog({ type, onMade, onClose }: NewCredentialDialogProps) {
  return (
    <Suspense>
      <NewCredential first={type} onMade={onMade} onClose={onClose} />
    </Suspense>
  );
}
