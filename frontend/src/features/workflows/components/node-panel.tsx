import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { typeTitle } from '@/canvas/families';
import type { DocumentNode } from '@/engine/document';
import { Button } from '@/ui/button';
import { JsonTree } from '@/ui/json-view';

interface NodePanelProps {
  node: DocumentNode;
  /** What can be done with it; a published version only shows it. */
  children?: ReactNode;
  onClose: () => void;
}

/** What the chosen node is and how it is set. */
export function NodePanel({ node, children, onClose }: NodePanelProps) {
  const { t } = useTranslation('workflows');
  const isPlain = Object.keys(node.config).length === 0;
  return (
    <section aria-label={node.name} className="border-line border-b">
      <header className="flex min-h-10 items-center gap-2 px-4 py-1">
        <h2 className="min-w-0 truncate font-semibold">{node.name}</h2>
        <span className="shrink-0 text-fg-3 text-xs">{typeTitle(node.type)}</span>
        <Button
          look="quiet"
          size="icon-sm"
          className="-mr-1.5 ml-auto"
          aria-label={t('node.close')}
          onClick={onClose}
        >
          <X aria-hidden />
        </Button>
      </header>
      <div className="px-4 pb-4">
        {isPlain ? (
          <p className="text-fg-3">{t('node.plain')}</p>
        ) : (
          <div className="rounded-lg border border-line bg-sunken px-1.5 py-2">
            <JsonTree value={node.config} />
          </div>
        )}
      </div>
      {children}
    </section>
  );
}
