import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  Suspense,
  useEffect,
  useRef,
  useState,
} from 'react';
import { press, type ShortcutId, useShortcut } from '@/lib/keys';

/** What was asked of a part that has not come: a shortcut, or the button of that name. */
type Wish = { key: ShortcutId } | { button: string };

const nameOf = (button: Element): string =>
  button.getAttribute('aria-label') ?? button.textContent.trim();

/** The button of that name, if it can be used. */
const buttonIn = (place: Element, name: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll('button')].find((one) => nameOf(one) === name);

const buttonAt = (target: EventTarget | null): HTMLButtonElement | null =>
  target instanceof Element ? target.closest('button') : null;

/**
 * What is asked of a frame's buttons. A press counts, and not the click that ends it: between the two the part may come, and
 * then there is no click. One that is let go elsewhere was not meant.
 */
function useKept(wishes: Wish[]) {
  const pressed = useRef<{ button: string } | null>(null);
  const keep = (target: EventTarget): { button: string } | null => {
    const button = buttonAt(target);
    if (button === null) return null;
    const wish = { button: nameOf(button) };
    wishes.push(wish);
    return wish;
  };
  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const wish = keep(event.target);
    pressed.current = wish;
    const up = ({ type, target }: Event): void => {
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
      const button = buttonAt(target);
      const isMeant = type === 'pointerup' && button !== null && nameOf(button) === wish?.button;
      if (isMeant) return;
      pressed.current = null;
      if (wish !== null && wishes.includes(wish)) wishes.splice(wishes.indexOf(wish), 1);
    };
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
  };
  const onKey = ({ key, repeat, target }: KeyboardEvent): void => {
    if ((key === 'Enter' || key === ' ') && !repeat) pressed.current = keep(target);
  };
  /** One that nothing was pressed for comes from a machine that reads to somebody. */
  const click = ({ target }: { target: EventTarget }): void => {
    if (pressed.current === null) keep(target);
    pressed.current = null;
  };
  return { onPointerDownCapture: press, onKeyDownCapture: onKey, onClickCapture: click };
}

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
  const [wishes] = useState<Wish[]>(() => []);
  const focused = useRef<string | null>(null);
  const kept = useKept(wishes);
  const before = (
    <span
      className="contents"
      {...kept}
      onFocusCapture={({ target }) => {
        focused.current = nameOf(target);
      }}
      onBlurCapture={() => {
        focused.current = null;
      }}
    >
      {frame}
      {keys.map((id) => (
        <KeptKey key={id} id={id} onKey={(key) => void wishes.push({ key })} />
      ))}
    </span>
  );
  const come = (): void => {
    const here = place.current;
    if (here === null) return;
    if (focused.current !== null && document.activeElement === document.body)
      buttonIn(here, focused.current)?.focus();
    for (const wish of wishes.splice(0)) {
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
