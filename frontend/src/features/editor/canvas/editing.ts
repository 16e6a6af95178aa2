import { laidOut } from '@/canvas/arrange';
import { type Alignment, aligned, freePlace, nudged, tidied } from '@/engine/edits/arrangement';
import { downstreamOf, movedOntoEdge, upstreamOf } from '@/engine/edits/connecting';
import {
  grouped,
  groupPointer,
  groupsOf,
  grown,
  noteAdded,
  notePointer,
  notesOf,
  ungrouped,
} from '@/engine/edits/frames';
import {
  nodesOf,
  nodeWith,
  type Operation,
  placeOf,
  type RawDocument,
} from '@/engine/edits/operations';
import { deletedAndHealed } from '@/engine/edits/removal';
import { movedEarlier, onlyNext } from '@/engine/edits/reordering';
import { renamed, toggledDisabled } from '@/engine/edits/retyping';
import { tell } from '@/lib/toast';
import { middle } from './adding';
import { type Moved, NOTE, ownId } from './flow-nodes';
import { act, chosenNodes, nameOf, type Stage, say } from './stage';
import type { Point } from './ui';

const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

const hasNote = (raw: RawDocument, id: string): boolean =>
  notesOf(raw).some((note) => note.id === id);

/** What others have taken away meanwhile is left out. */
function moves(raw: RawDocument, moved: Moved): Operation[] {
  return [...moved].flatMap(([id, place]): Operation[] => {
    const { x, y } = round(place);
    if (id.startsWith(NOTE)) {
      const note = ownId(id);
      const set = { [notePointer(note, 'x')]: x, [notePointer(note, 'y')]: y };
      return hasNote(raw, note) ? [{ op: 'meta.patch', set }] : [];
    }
    const node = nodeWith(raw, id);
    const before = node === undefined ? null : placeOf(node);
    const isSame = before?.x === x && before.y === y;
    return node === undefined || isSame ? [] : [{ op: 'node.move', id, x, y }];
  });
}

/** What is changed of what is there. `usual`: the port by which a node is left. */
export function editing(stage: Stage, usual: (id: string) => string) {
  const { ui, now, actions, t } = stage;
  /** Takes back a removal, while it is the last thing that was done. */
  const offerUndo = (words: string, label: string): void =>
    tell.offer(words, {
      label: t('undone'),
      onClick: () => {
        if (now().undoLabel === label) actions.undo();
      },
    });

  const wordsFor = (ids: ReadonlySet<string>, said: 'did.remove' | 'removed'): string => {
    const [first, ...others] = chosenNodes(stage);
    if (first !== undefined && others.length === 0)
      return t(`${said}_one_node`, { name: nameOf(stage, first) });
    if (first !== undefined) return t(`${said}_nodes`, { count: others.length + 1 });
    const isEdge = now().document.edges.some(({ id }) => ids.has(id));
    return t(isEdge ? `${said}_edge` : `${said}_other_thing`);
  };

  /** Where the focus goes when nodes go: to the one before them, else to the one after. */
  const besideOf = (ids: ReadonlySet<string>): string | null => {
    const [first] = chosenNodes(stage);
    const next = first === undefined ? undefined : now().neighbours.get(first);
    return [...(next?.before ?? []), ...(next?.after ?? [])].find((id) => !ids.has(id)) ?? null;
  };

  const remove = (): void => {
    const ids = now().selection;
    const label = wordsFor(ids, 'did.remove');
    const removed = wordsFor(ids, 'removed');
    const next = besideOf(ids);
    if (!act(stage, (raw) => deletedAndHealed(raw, ids).operations, label)) return;
    actions.select([]);
    ui.setState({ hoveredEdge: null });
    if (next !== null) stage.known.focus(next);
    offerUndo(removed, label);
  };

  /** Puts things where they were dropped; a node without edges that was dropped on one is put into it. */
  const move = (moved: Moved, edgeId: string | null): void =>
    void act(
      stage,
      (raw) => {
        const [id] = moved.keys();
        return [
          ...moves(raw, moved),
          ...(edgeId === null || id === undefined ? [] : movedOntoEdge(raw, edgeId, id, usual(id))),
        ];
      },
      t('did.move'),
    );

  const choose = (ids: readonly string[]): void => {
    actions.select(ids);
    say(stage, t('selected', { count: now().selection.size }));
  };

  const earlier = (id: string, what: 'earlier' | 'later', moved: string): void => {
    const label = t(`did.${what}`, { name: nameOf(stage, moved) });
    const isDone = act(stage, (raw) => movedEarlier(raw, id, usual(id)), label);
    if (!isDone) say(stage, t('did.stuck'));
    stage.known.focus(moved);
  };

  /** Writes the chosen note, or the title of the chosen group; false: neither is chosen. */
  const startWriting = (): boolean => {
    const { raw, selection, isReadOnly } = now();
    const found = [...notesOf(raw), ...groupsOf(raw)].find(({ id }) => selection.has(id));
    if (found === undefined || selection.size > 1 || isReadOnly) return false;
    ui.setState({ writing: found.id, menu: null });
    return true;
  };

  return {
    remove,
    move,
    moveEarlier: (id: string): void => earlier(id, 'earlier', id),
    moveLater: (id: string): void => {
      const next = onlyNext(now().raw, id);
      if (next === null) say(stage, t('did.stuck'));
      else earlier(next, 'later', id);
    },
    nudge: (dx: number, dy: number): void => {
      const ids = now().selection;
      const coalesce = `nudge ${[...ids].join(' ')}`;
      act(stage, (raw) => nudged(raw, ids, { x: dx, y: dy }), t('did.move'), { coalesce });
    },
    align: (how: Alignment): void =>
      void act(stage, (raw) => aligned(raw, now().selection, how), t('did.align')),
    /** Lays out all, or several that are chosen around the corner where they began. */
    tidy: async (): Promise<void> => {
      const { document } = now();
      const picked = new Set(chosenNodes(stage));
      const isPart = picked.size > 1;
      const nodes = isPart ? document.nodes.filter(({ id }) => picked.has(id)) : document.nodes;
      const isIn = (id: string): boolean => !isPart || picked.has(id);
      const edges = document.edges.filter((one) => isIn(one.source) && isIn(one.target));
      if (nodes.length === 0) return;
      const layout = await laidOut({ nodes, edges }).catch(() => null);
      if (layout === null) tell.failed(new Error(t('no_layout')));
      else act(stage, (raw) => tidied(raw, layout, isPart ? picked : undefined), t('did.tidy'));
      if (!isPart) stage.known.fit();
    },
    rename: (id: string, name: string): void => {
      ui.setState({ renaming: null });
      const next = name.trim();
      if (next === '' || next === nameOf(stage, id)) return;
      act(stage, () => renamed(id, next), t('did.rename', { name: next }));
    },
    startRenaming: (): void => {
      const [id] = chosenNodes(stage);
      if (id === undefined) startWriting();
      else if (!now().isReadOnly) ui.setState({ renaming: id, menu: null });
    },
    /** Disables the chosen ones; where all are disabled already, enables them. */
    toggleDisabled: (): void => {
      const ids = chosenNodes(stage);
      const [first] = ids;
      if (first === undefined) return;
      const { document } = now();
      const areDisabled = document.nodes.every(
        ({ id, isDisabled }) => isDisabled || !ids.includes(id),
      );
      const what = areDisabled ? 'enable' : 'disable';
      act(
        stage,
        (raw) => toggledDisabled(raw, new Set(ids)),
        ids.length === 1
          ? t(`did.${what}`, { name: nameOf(stage, first) })
          : t(`did.${what}_many`, { count: ids.length }),
      );
    },
    addNote: (place: Point = middle(stage)): void => {
      let id = '';
      const isDone = act(
        stage,
        (raw) => {
          const made = noteAdded(round(freePlace(raw, place)));
          id = made.id;
          return made.operations;
        },
        t('did.note'),
      );
      if (isDone) {
        ui.setState({ writing: id });
        actions.select([id]);
      }
    },
    writeNote: (id: string, text: string): void => {
      const note = notesOf(now().raw).find((one) => one.id === id);
      if (note === undefined || note.text === text) return;
      const pointer = notePointer(id, 'text');
      act(stage, () => [{ op: 'meta.patch', set: { [pointer]: text } }], t('did.write'));
    },
    /** Makes the chosen notes wider and taller by so much, never smaller than a note may be. */
    growNotes: (dx: number, dy: number): void => {
      const ids = now().selection;
      const coalesce = `grow ${[...ids].join(' ')}`;
      act(stage, (raw) => grown(raw, ids, { x: dx, y: dy }), t('did.resize'), { coalesce });
    },
    startWriting,
    resizeNote: (id: string, size: { width: number; height: number }): void => {
      const set = Object.fromEntries(
        Object.entries<number>({ ...size }).map(([name, value]) => [
          notePointer(id, name),
          Math.round(value),
        ]),
      );
      act(stage, (raw) => (hasNote(raw, id) ? [{ op: 'meta.patch', set }] : []), t('did.resize'));
    },
    group: (): void => {
      const ids = chosenNodes(stage);
      if (ids.length === 0) return;
      let id = '';
      const isDone = act(
        stage,
        (raw) => {
          const made = grouped(raw, ids, t('group.untitled'));
          id = made.id;
          return made.operations;
        },
        t('did.group'),
      );
      if (isDone) ui.setState({ writing: id });
    },
    ungroup: (): void =>
      void act(stage, (raw) => ungrouped(raw, now().selection), t('did.ungroup')),
    titleGroup: (id: string, title: string): void => {
      const group = groupsOf(now().raw).find((one) => one.id === id);
      if (group === undefined || group.title === title) return;
      const pointer = groupPointer(id, 'title');
      act(stage, () => [{ op: 'meta.patch', set: { [pointer]: title } }], t('did.title'));
    },
    selectAll: (): void => choose(nodesOf(now().raw).map(({ id }) => id)),
    selectUpstream: (): void =>
      choose(chosenNodes(stage).flatMap((id) => [...upstreamOf(now().raw, id)])),
    selectDownstream: (): void =>
      choose(chosenNodes(stage).flatMap((id) => [...downstreamOf(now().raw, id)])),
  };
}
