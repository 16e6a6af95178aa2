import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { filesIn } from '@/engine/files';
import { sizeOf } from '@/lib/format';

interface FilesProps {
  executionId: string;
  value: unknown;
}

/** The files that a payload refers to, each with the link that downloads it. */
export default function Files({ executionId, value }: FilesProps) {
  const { t } = useTranslation('executions');
  const files = filesIn(value);
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('detail.files')} className="flex shrink-0 flex-col gap-1 px-4 pb-2">
      {files.map((file) => (
        <li key={file.id} className="flex min-w-0 items-center gap-2">
          <a
            href={`/api/v1/executions/${executionId}/blobs/${file.id}`}
            download={file.name}
            className="flex min-h-6 min-w-0 items-center gap-1.5 text-accent hover:underline"
          >
            <Download className="size-3.5 shrink-0" aria-hidden />
            <span className="truncate">{t('detail.download', { name: file.name })}</span>
          </a>
          {file.size !== null && (
            <span className="shrink-0 text-fg-3 text-xs">{sizeOf(file.size)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
