import { copied, duplicated, pasted } from '@/engine/edits/clipboard';
import { tell } from '@/lib/toast';
import { act, type Stage, say } from './stage';

const clipboardOf = (): Clipboard | undefined => (navigator as { clipboard?: Clipboard }).clipboard;

/** Copying and pasting as JSON, so that it goes into a chat and comes back out of it. */
export function clipboard(stage: Stage, remove: () => void) {
  const { now, actions, t } = stage;
  /** What is chosen, as text; "" where nothing is. */
  const text = (): string => copied(now().raw, now().selection);
  const sayCopied = (): void => {
    const { document, selection } = now();
    const count = document.nodes.filter(({ id }) => selection.has(id)).length;
    say(stage, t('copied', { count }));
  };
  const put = (source: string): boolean => {
    let ids: string[] = [];
    const isDone = act(
      stage,
      (raw) => {
        const found = pasted(raw, source);
        ids = found?.ids ?? [];
        return found?.operations ?? [];
      },
      t('did.paste'),
    );
    if (isDone) {
      actions.select(ids);
      // What came from another workflow may stand where nobody looks.
      if (ids[0] !== undefined) requestAnimationFrame(() => stage.known.show(ids[0] ?? ''));
    } else tell.failed(new Error(t('paste_nothing')));
    return isDone;
  };
  return {
    /** From the keyboard: the event carries the text. */
    onCopy: (event: ClipboardEvent, isCut: boolean): void => {
      const source = text();
      if (source === '' || event.clipboardData === null) return;
      event.preventDefault();
      event.clipboardData.setData('text/plain', source);
      if (isCut && !now().isReadOnly) remove();
      else sayCopied();
    },
    onPaste: (event: ClipboardEvent): void => {
      const source = event.clipboardData?.getData('text/plain') ?? '';
      if (source === '' || now().isReadOnly) return;
      event.preventDefault();
      put(source);
    },
    /** From a menu, where no event brings the clipboard along. */
    copy: (): void => {
      void clipboardOf()?.writeText(text()).then(sayCopied, tell.failed);
    },
    cut: (): void => {
      void clipboardOf()?.writeText(text()).then(remove, tell.failed);
    },
    paste: (): void => {
      const refuse = (): void => tell.failed(new Error(t('paste_forbidden')));
      void clipboardOf()
        ?.readText()
        .then((source) => void put(source), refuse);
    },
    duplicate: (): void => {
      let ids: string[] = [];
      const isDone = act(
        stage,
        (raw) => {
          const made = duplicated(raw, now().selection);
          ids = made.ids;
          return made.operations;
        },
        t('did.duplicate'),
      );
      if (isDone) actions.select(ids);
    },
  };
}
