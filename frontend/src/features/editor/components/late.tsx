import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { press, type ShortcutId, useShortcut } from '@/lib/keys';

/** What was asked of a part that has not come: a shortcut, or a click on the button of that name. */
type Wish = { key: ShortcutId } | { button: string };

const nameOf = (button: Element): string =>
  button.getAttribute('aria-label') ?? button.textContent.trim();

/** The button of that name, if it can be used. */
const buttonIn = (place: Element, name: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll('button')].find((one) => nameOf(one) === name);

function KeptKey({ id, onKey }: { id: ShortcutId; onKey: (id: ShortcutId) => void }) {
  useShortcut(id, () => onKey(id));
  return null;
}

interface LateProps {
  /** The shortcuts that the part answers. */
  keys?: readonly ShortcutId[];
  /** How the part looks before it has come: buttons of the same names. */
  frame: ReactNode;
  children: ReactNode;
}

/**
 * A part that comes after the page has shown itself. What is asked of it before, by a key or by a button of its frame, is
 * kept, and done once it has come; the focus goes from the frame's button to the part's.
 */
export function Late({ keys = [], frame, children }: LateProps) {
  const place = useRef<HTMLSpanElement>(null);
  const wishes = useRef<Wish[]>([]);
  const focused = useRef<string | null>(null);
  const keep = (target: EventTarget): void => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button !== null && !button.disabled) wishes.current.push({ button: nameOf(button) });
  };
  const before = (
    <span
      className="contents"
      onClickCapture={({ target }) => keep(target)}
      onFocusCapture={({ target }) => {
        focused.current = nameOf(target);
      }}
      onBlurCapture={() => {
        focused.current = null;
      }}
    >
      {frame}
      {keys.map((id) => (
        <KeptKey key={id} id={id} onKey={(key) => void wishes.current.push({ key })} />
      ))}
    </span>
  );
  const come = (): void => {
    const here = place.current;
    if (here === null) return;
    if (focused.current !== null && document.activeElement === document.body)
      buttonIn(here, focused.current)?.focus();
    for (const wish of wishes.current.splice(0)) {
      if ('key' in wish) press(wish.key);
      else buttonIn(here, wish.button)?.click();
    }
  };
  return (
    <span ref={place} className="contents">
      <Suspense fallback={before}>
        {children}
        <Come onCome={come} />
      </Suspense>
    </span>
  );
}

/** Stands behind the part, so that what it answers is there. */
function Come({ onCome }: { onCome: () => void }) {
  const latest = useRef(onCome);
  useEffect(() => latest.current(), []);
  return null;
}
