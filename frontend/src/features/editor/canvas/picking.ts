import { groupsOf, notesOf } from '@/engine/edits/frames';
import { frameOf } from '@/engine/frame';
import { portName } from '@/engine/ports';
import { chosenNodes, nameOf, type Stage, say } from './stage';
import type { Point } from './ui';

/** The one after `current`, and after the last the first again. */
const nextOf = <Thing extends { id: string }>(
  things: readonly Thing[],
  current: ReadonlySet<string>,
): Thing | undefined => things[(things.findIndex(({ id }) => current.has(id)) + 1) % things.length];

/** Choosing without a pointer what the arrows do not come to: connections, notes and groups. */
export function picking(stage: Stage) {
  const { now, actions, ui, t } = stage;
  const look = (at: Point): void => {
    const { flow } = stage.known;
    void flow?.setCenter(at.x, at.y, { zoom: flow.getZoom() });
  };
  const nextEdge = (): void => {
    const { document, selection } = now();
    const node = chosenNodes(stage)[0] ?? ui.getState().focused;
    const out = document.edges.filter(({ source }) => source === node);
    const edges = [...out, ...document.edges.filter(({ target }) => target === node)];
    const next = nextOf(edges, selection);
    if (next === undefined) {
      say(stage, t('chosen.no_edge'));
      return;
    }
    actions.select([next.id]);
    const port = portName(next.port);
    const words = {
      from: nameOf(stage, next.source),
      to: nameOf(stage, next.target),
      at: edges.indexOf(next) + 1,
      count: edges.length,
    };
    say(stage, port === '' ? t('chosen.edge', words) : t('chosen.edge_port', { ...words, port }));
  };
  const nextFrame = (): void => {
    const { raw, selection } = now();
    const notes = notesOf(raw).map((note) => ({
      id: note.id,
      words: t('chosen.note', { text: note.text === '' ? t('note.empty') : note.text }),
      at: { x: note.x + note.width / 2, y: note.y + note.height / 2 },
    }));
    const groups = groupsOf(raw).flatMap((group) => {
      const frame = frameOf(group.nodeIds, stage.known.positions);
      if (frame === null) return [];
      const title = group.title === '' ? t('group.untitled') : group.title;
      const at = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
      return [{ id: group.id, words: t('chosen.group', { title }), at }];
    });
    const next = nextOf([...notes, ...groups], selection);
    if (next === undefined) {
      say(stage, t('chosen.no_frame'));
      return;
    }
    actions.select([next.id]);
    look(next.at);
    say(stage, next.words);
  };
  return { nextEdge, nextFrame };
}
