import { Plus, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { useCommands } from '../canvas/commands-context';
import { useIsNarrow } from '../components/narrow';
import { useEditor } from '../provider';

/** Above the outline: adding, and the way back to the canvas where there is room for one. */
export function OutlineBar() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const count = useEditor((state) => state.document.nodes.length);
  const isNarrow = useIsNarrow();
  // With nothing in it the ways to begin stand here, and take all of a small screen.
  if (count === 0 && isNarrow) return null;
  return (
    <div className="mx-auto flex w-full max-w-[760px] items-center gap-2 px-3 pt-3">
      <span className="px-3 text-fg-3 text-xs tabular-nums">{t('about.nodes', { count })}</span>
      <span className="ml-auto flex gap-2">
        {!isNarrow && (
          <Button size="sm" onClick={commands.toggleView}>
            <Workflow aria-hidden />
            {t('toolbar.canvas')}
            <Kbd id="outline" />
          </Button>
        )}
        {!isReadOnly && (
          <Button size="sm" look="primary" onClick={commands.askHere}>
            <Plus aria-hidden />
            {t('toolbar.add')}
          </Button>
        )}
      </span>
    </div>
  );
}
