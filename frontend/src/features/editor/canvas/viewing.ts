import { CARD_HEIGHT, CARD_WIDTH } from '@/engine/positions';
import { chosenNodes, type Stage } from './stage';
import { FIT } from './zoom';

const SOON = { duration: 160 };

/** Where one looks. Nothing of it changes the document. */
export function viewing(stage: Stage) {
  const { ui, known } = stage;
  const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
  const soon = () => (isStill() ? {} : SOON);
  return {
    zoomIn: (): void => void known.flow?.zoomIn(soon()),
    zoomOut: (): void => void known.flow?.zoomOut(soon()),
    zoomWhole: (): void => void known.flow?.zoomTo(1, soon()),
    fit: (): void => void known.flow?.fitView({ ...FIT, ...soon() }),
    /** What is chosen, as large as it may be; with nothing chosen, all. */
    zoomSelection: (): void => {
      const nodes = chosenNodes(stage).map((id) => ({ id }));
      void known.flow?.fitView({
        ...FIT,
        ...soon(),
        padding: 0.3,
        ...(nodes.length === 0 ? {} : { nodes }),
      });
    },
    /** Brings a node into the middle, if it is not seen. */
    show: (id: string): void => {
      const place = known.positions.get(id);
      const { flow, frame } = known;
      if (place === undefined || flow === null || frame === null) return;
      const { left, top, right, bottom } = frame.getBoundingClientRect();
      const corner = flow.flowToScreenPosition(place);
      const zoom = flow.getZoom();
      const isSeen =
        corner.x > left + 8 &&
        corner.y > top + 8 &&
        corner.x + CARD_WIDTH * zoom < right - 8 &&
        corner.y + CARD_HEIGHT * zoom < bottom - 8;
      if (isSeen) return;
      void flow.setCenter(place.x + CARD_WIDTH / 2, place.y + CARD_HEIGHT / 2, { zoom, ...soon() });
    },
    setTool: (tool: 'select' | 'hand'): void => ui.setState({ tool }),
    toggleView: (): void =>
      ui.setState({ view: ui.getState().view === 'canvas' ? 'outline' : 'canvas', palette: null }),
    find: (): void => ui.setState({ isFinding: true, view: 'canvas' }),
  };
}
