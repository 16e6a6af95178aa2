import { ChevronDown, ChevronUp, Search, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { typeTitle } from '@/canvas/families';
import type { DocumentNode } from '@/engine/document';
import { Button } from '@/ui/button';
import { useEditor, useEditorActions } from '../provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUiStore } from './ui';

const texts = new WeakMap<DocumentNode, string>();

/** All that is written in a node: name, type, settings, expressions, code. */
function textOf(node: DocumentNode): string {
  const known = texts.get(node);
  if (known !== undefined) return known;
  const text = [node.name, node.id, typeTitle(node.type), node.type, JSON.stringify(node.config)]
    .join('\n')
    .toLowerCase();
  texts.set(node, text);
  return text;
}

/** Finds nodes by anything that is written in them. Enter goes from one to the next. */
export default function FindBar() {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const actions = useEditorActions();
  const nodes = useEditor((state) => state.document.nodes);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(-1);
  const wanted = useDeferredValue(query.trim().toLowerCase());
  const found = useMemo(
    () => (wanted === '' ? [] : nodes.filter((node) => textOf(node).includes(wanted))),
    [nodes, wanted],
  );
  const goTo = (index: number): void => {
    const node = found[(index + found.length) % found.length];
    if (node === undefined) return;
    setAt((index + found.length) % found.length);
    actions.select([node.id]);
    commands.show(node.id);
  };
  const close = (): void => {
    ui.setState({ isFinding: false });
    const node = found[at];
    if (node === undefined) commands.focusCanvas();
    else commands.focusNode(node.id);
  };
  const count = (): string => {
    if (wanted === '') return '';
    return found.length === 0
      ? t('find.none')
      : t('find.count', { at: at + 1, count: found.length });
  };
  return (
    <div
      role="search"
      aria-label={t('find.label')}
      className="pop absolute top-3 right-3 z-20 flex h-10 w-[min(340px,calc(100%-24px))] items-center gap-1 rounded-lg border border-line bg-raised pr-1 pl-3 shadow-2"
    >
      <Search className="size-3.5 shrink-0 text-fg-3" aria-hidden />
      <input
        ref={takeFocus}
        aria-label={t('find.label')}
        placeholder={t('find.placeholder')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') goTo(at + (event.shiftKey ? -1 : 1));
          if (event.key === 'Escape') close();
        }}
        className="h-full min-w-0 flex-1 bg-transparent px-1 outline-none placeholder:text-fg-3"
      />
      <span role="status" className="shrink-0 text-fg-3 text-xs tabular-nums">
        {at === -1 && found.length > 0 ? found.length : count()}
      </span>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('find.previous')}
        disabled={found.length === 0}
        onClick={() => goTo(at - 1)}
      >
        <ChevronUp aria-hidden />
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('find.next')}
        disabled={found.length === 0}
        onClick={() => goTo(at + 1)}
      >
        <ChevronDown aria-hidden />
      </Button>
      <Button look="quiet" size="icon-sm" aria-label={t('find.close')} onClick={close}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
