import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { FileDrop } from '@/ui/file-drop';

const ImportDialog = lazy(() => import('./import-dialog'));

/** The largest document that the server takes is smaller. */
const MOST_BYTES = 4_000_000;

interface FileImportProps {
  isOn: boolean;
  onAdd?: (document: { nodes: unknown; edges: unknown }) => void;
  /** Draws what opens the dialog without a file. */
  children?: (open: () => void) => ReactNode;
}

/** Imports what is dropped anywhere on the page, or what is pasted after a button was pressed. */
export function FileImport({ isOn, onAdd, children }: FileImportProps) {
  const { t } = useTranslation('importing');
  const [source, setSource] = useState<{ text: string; name: string } | null>(null);
  const take = (file: File): void => {
    if (file.size > MOST_BYTES) tell.failed(new Error(t('too_large', { name: file.name })));
    else void file.text().then((text) => setSource({ text, name: file.name }));
  };
  return (
    <>
      {children?.(() => setSource({ text: '', name: '' }))}
      <FileDrop label={t('drop')} isOn={isOn && source === null} onFile={take} />
      <Suspense>
        {source !== null && (
          <ImportDialog
            text={source.text}
            fileName={source.name}
            {...(onAdd === undefined ? {} : { onAdd })}
            onClose={() => setSource(null)}
          />
        )}
      </Suspense>
    </>
  );
}
