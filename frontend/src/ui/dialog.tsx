import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { useCoveringKeys } from '@/lib/keys';
import { buttonClass } from './button';

interface DialogProps {
  title: string;
  description?: string;
  isOpen: boolean;
  onClose: () => void;
  isWide?: boolean;
  /** It shows, or is about to show, what nobody can see again. */
  isOnce?: boolean;
  /** What is typed here is worth nothing once it is closed. */
  isBrief?: boolean;
  children: ReactNode;
}

const PRESSED = /^(button|checkbox|color|file|radio|range|reset|search|submit)$/;

/** Whether a person writes into it; what only searches is not worth keeping. */
const isWritten = (target: EventTarget): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement &&
    !PRESSED.test(target.type) &&
    target.getAttribute('role') !== 'combobox') ||
  (target instanceof HTMLElement && target.isContentEditable);

/** Keeps a dialog from closing by a slip: the first Escape, or a click beside it, says what would be lost. */
function useHold(isOnce: boolean, isBrief: boolean) {
  const isTyped = useRef(false);
  const [isWarned, setWarned] = useState(false);
  const hold = (event: Event): void => {
    if (!isOnce && (isBrief || !isTyped.current)) return;
    event.preventDefault();
    setWarned(true);
  };
  return {
    isWarned,
    handlers: {
      onOpenAutoFocus: () => {
        isTyped.current = false;
        setWarned(false);
      },
      onInput: ({ target }: { target: EventTarget }) => {
        if (!isWritten(target)) return;
        isTyped.current = true;
        setWarned(false);
      },
      onEscapeKeyDown: (event: Event) => {
        if (!isWarned) hold(event);
      },
      onPointerDownOutside: hold,
    },
  };
}

/** A modal in the upper third; on a phone a sheet from below. Focus goes in and comes back by itself. */
export function Dialog({
  title,
  description,
  isOpen,
  onClose,
  isWide = false,
  isOnce = false,
  isBrief = false,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  const { isWarned, handlers } = useHold(isOnce, isBrief);
  useCoveringKeys(isOpen);
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          {...handlers}
          className={cn(
            'sheet fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-raised shadow-2 outline-none',
            'sm:inset-x-auto sm:top-[12dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[76dvh] sm:-translate-x-1/2 sm:rounded-xl',
            isWide ? 'sm:w-[min(720px,calc(100vw-32px))]' : 'sm:w-[min(560px,calc(100vw-32px))]',
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-pretty text-fg-2">
                  {description}
                </Radix.Description>
              )}
            </div>
            <Radix.Close
              className={cn(buttonClass({ look: 'quiet', size: 'icon-sm' }), '-mr-1.5')}
              aria-label={t('close')}
            >
              <X aria-hidden />
            </Radix.Close>
          </header>
          {children}
          {isWarned && (
            <p role="alert" className="border-line border-t px-5 py-2 text-warn text-xs">
              {t(isOnce ? 'dialog.once' : 'dialog.typed')}
            </p>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The part of a dialog that scrolls. */
interface DialogBodyProps {
  children: ReactNode;
  /** Of what holds nothing to press: it is reached by keyboard, so that it can be scrolled. */
  label?: string;
}

export function DialogBody({ children, label }: DialogBodyProps) {
  return (
    <div
      {...(label === undefined ? {} : { role: 'region', 'aria-label': label, tabIndex: 0 })}
      className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4 focus-visible:-outline-offset-2"
    >
      {children}
    </div>
  );
}

/** The row of buttons at a dialog's end: what it does last, and at the right. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">
      {children}
    </footer>
  );
}
