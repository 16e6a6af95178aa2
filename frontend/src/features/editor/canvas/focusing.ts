import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { CARD_HEIGHT, CARD_WIDTH } from '@/engine/positions';
import { useScene } from './canvas-provider';
import { useCommands } from './commands-context';
import { useUiStore } from './ui';

/** How often it is looked for a card that is about to be drawn. */
const TRIES = 20;
/** When a card that has left the document has left the page too. */
const REMOVED_MS = 50;

const cardIn = (frame: HTMLElement | null, id: string): HTMLElement | undefined =>
  [...(frame?.querySelectorAll<HTMLElement>('.react-flow__node-card') ?? [])].find(
    (one) => one.dataset.id === id,
  );

/** Lets commands give the focus to a card; one out of view is brought there first, because it is not drawn before. */
export function useFocusing(frame: RefObject<HTMLElement | null>): void {
  const ui = useUiStore();
  const { placed, learn } = useScene();
  const { show } = useCommands();
  const { setCenter, getZoom } = useReactFlow();
  useEffect(() => {
    const { positions } = placed;
    const reach = (card: HTMLElement, id: string): void => {
      card.focus({ preventScroll: true });
      show(id);
    };
    const wait = (id: string, tries: number): void => {
      const card = cardIn(frame.current, id);
      if (card !== undefined) reach(card, id);
      else if (tries > 0) requestAnimationFrame(() => wait(id, tries - 1));
    };
    const focus = (id: string): void => {
      ui.setState({ focused: id });
      const card = cardIn(frame.current, id);
      const place = positions.get(id);
      if (card !== undefined) reach(card, id);
      else if (place === undefined) requestAnimationFrame(() => wait(id, TRIES));
      else
        void setCenter(place.x + CARD_WIDTH / 2, place.y + CARD_HEIGHT / 2, {
          zoom: getZoom(),
        }).then(() => wait(id, TRIES));
    };
    const focusCanvas = (): void => {
      const stop = frame.current?.querySelector<HTMLElement>(
        '.react-flow__node-card[tabindex="0"]',
      );
      (stop ?? frame.current)?.focus();
    };
    learn({ focus, focusCanvas, frame: frame.current });
    // What had the focus is gone, by an undo perhaps: the keys stay on the canvas. React Flow takes the card away later.
    const { focused } = ui.getState();
    if (focused === null || positions.has(focused)) return undefined;
    ui.setState({ focused: null });
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) focusCanvas();
    }, REMOVED_MS);
    return () => clearTimeout(timer);
  }, [frame, ui, placed, learn, show, setCenter, getZoom]);
}
