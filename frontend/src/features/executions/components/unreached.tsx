import { CircleDashed, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DocumentNode } from '@/engine/document';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';

interface UnreachedProps {
  node: DocumentNode;
  isOver: boolean;
  onClose: () => void;
}

/** The place of a node that has not begun: it will fill by itself, or the execution ended before it. */
export function Unreached({ node, isOver, onClose }: UnreachedProps) {
  const { t } = useTranslation('executions');
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-10 items-center gap-2 border-line border-b px-4 py-1.5">
        <h2 className="min-w-0 truncate font-semibold">{node.name}</h2>
        <Button
          look="quiet"
          size="icon-sm"
          className="-mr-1.5 ml-auto"
          aria-label={t('detail.close')}
          onClick={onClose}
        >
          <X aria-hidden />
        </Button>
      </header>
      <Notice
        icon={CircleDashed}
        className="py-8"
        title={t('detail.unreached_title')}
        text={t(isOver ? 'detail.unreached_over' : 'detail.unreached')}
      />
    </div>
  );
}
