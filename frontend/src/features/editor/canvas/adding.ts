import { freePlace } from '@/engine/edits/arrangement';
import {
  addedAfter,
  canConnect,
  connected,
  insertedOnEdge,
  reconnected,
} from '@/engine/edits/connecting';
import { nodeWith, type Operation, placeOf, type RawDocument } from '@/engine/edits/operations';
import { retyped } from '@/engine/edits/retyping';
import { freePort, portName, portsOfNode } from '@/engine/ports';
import { CARD_HEIGHT, CARD_WIDTH } from '@/engine/positions';
import type { NodeType } from '../catalogue';
import { newNode } from './build';
import { usedPorts } from './flow-nodes';
import { act, chosenNodes, nameOf, type Stage, say } from './stage';
import { type MenuTarget, type PaletteRequest, type Point, type Purpose } from './ui';

type Where = Partial<Pick<PaletteRequest, 'place' | 'at'>>;

/** The usual way out of a type, as an edge names it. */
const wayOut = (type: NodeType): string =>
  type.needs_port ? (type.ports.find((port) => port !== 'body') ?? type.ports[0] ?? '') : '';

const LEFT = CARD_WIDTH + 64;

const newTypeOf = (type: NodeType) => ({
  type: type.type,
  fields: type.fields.map((field) => String(field.name)),
  ports: type.needs_port ? type.ports : type.ports.map(portName),
});

interface Made {
  operations: Operation[];
  id: string;
}

/** The operations that add a node of a type for a purpose. */
function made(stage: Stage, raw: RawDocument, type: NodeType, request: PaletteRequest): Made {
  const { purpose } = request;
  const place = request.place ?? middle(stage);
  const at = (wanted: Point) => newNode(raw, type.type, type.title, wanted);
  switch (purpose.kind) {
    case 'add': {
      const node = at(freePlace(raw, place));
      return { id: node.id, operations: [{ op: 'node.add', node }] };
    }
    case 'after': {
      const node = at(place);
      const after = addedAfter(raw, node, purpose);
      return {
        id: node.id,
        operations:
          request.place === null
            ? after
            : [{ op: 'node.add', node }, ...after.filter(({ op }) => op === 'edge.add')],
      };
    }
    case 'before': {
      const target = nodeWith(raw, purpose.id);
      const to = (target === undefined ? null : placeOf(target)) ?? place;
      const node = at(request.place ?? freePlace(raw, { x: to.x - LEFT, y: to.y }));
      const wire = { source: node.id, port: wayOut(type), target: purpose.id };
      return { id: node.id, operations: [{ op: 'node.add', node }, ...connected(raw, wire)] };
    }
    case 'on': {
      const node = at(place);
      const where = request.place === null ? {} : { place: request.place };
      const port = wayOut(type);
      return {
        id: node.id,
        operations: insertedOnEdge(raw, purpose.edgeId, node, { port, ...where }),
      };
    }
    case 'replace':
      return { id: purpose.id, operations: retyped(raw, purpose.id, newTypeOf(type)) };
  }
}

/** The middle of what is seen, for the left upper corner of a card. */
export function middle({ known }: Stage): Point {
  const box = known.frame?.getBoundingClientRect();
  if (known.flow === null || box === undefined) return { x: 0, y: 0 };
  const { x, y } = known.flow.screenToFlowPosition({
    x: box.left + box.width / 2,
    y: box.top + box.height / 2,
  });
  return { x: x - CARD_WIDTH / 2, y: y - CARD_HEIGHT / 2 };
}

const BESIDE = 20;

/** In the canvas's frame: right of the node that it is about, so that both are seen. */
function besides({ known, now }: Stage, purpose: Purpose): PaletteRequest['at'] {
  if (purpose.kind === 'add' || known.flow === null) return null;
  const edge = purpose.kind === 'on' ? purpose.edgeId : '';
  const id =
    purpose.kind === 'on'
      ? now().document.edges.find((one) => one.id === edge)?.source
      : purpose.id;
  const place = id === undefined ? undefined : known.positions.get(id);
  const box = known.frame?.getBoundingClientRect();
  if (place === undefined || box === undefined) return null;
  const { x, y } = known.flow.flowToScreenPosition({ x: place.x + CARD_WIDTH, y: place.y });
  const left = x - box.left;
  const before = left - CARD_WIDTH * known.flow.getZoom() - BESIDE;
  return { x: left + BESIDE, y: y - box.top, before };
}

export function adding(stage: Stage) {
  const { ui, now, t } = stage;
  const portsOf = (id: string): string[] => {
    const { document } = now();
    const node = document.nodes.find((one) => one.id === id);
    const type = node === undefined ? undefined : stage.known.catalogue.get(node.type);
    return node === undefined ? [] : portsOfNode(node, type, usedPorts(document).get(id) ?? []);
  };
  const portFor = (id: string): string =>
    freePort(portsOf(id), usedPorts(now().document).get(id) ?? []);
  const ask = (purpose: Purpose, { place = null, at }: Where = {}): void => {
    if (now().isReadOnly) return;
    ui.setState({ palette: { purpose, place, at: at ?? besides(stage, purpose) }, menu: null });
  };
  /** After a node: on its one edge out where no port is free, else by a port that is. */
  const askAfter = (id: string, where: Where = {}): void => {
    const port = portFor(id);
    const leaving = now().document.edges.filter(
      (edge) => edge.source === id && portName(edge.port) === port,
    );
    const [only] = leaving;
    if (only !== undefined && leaving.length === 1) ask({ kind: 'on', edgeId: only.id }, where);
    else ask({ kind: 'after', id, port }, where);
  };
  const choose = (type: NodeType, request: PaletteRequest): void => {
    let id = '';
    const { kind } = request.purpose;
    const name = kind === 'replace' ? nameOf(stage, request.purpose.id) : type.title;
    const label = kind === 'on' ? 'insert' : kind === 'replace' ? 'replace' : 'add';
    const isDone = act(
      stage,
      (raw) => {
        const result = made(stage, raw, type, request);
        id = result.id;
        return result.operations;
      },
      t(`did.${label}`, { name }),
    );
    ui.setState({ palette: null });
    if (!isDone || id === '') return;
    stage.actions.select([id]);
    ui.setState({ focused: id });
    stage.known.focus(id);
  };
  const connect = (source: string, port: string, target: string): boolean => {
    const reason = canConnect(now().raw, { source, port, target });
    if (reason !== null) {
      say(stage, t(`connect.reason.${reason}`));
      return false;
    }
    return act(
      stage,
      (raw) => connected(raw, { source, port, target }),
      t('did.connect', { from: nameOf(stage, source), to: nameOf(stage, target) }),
    );
  };
  const canWire = (source: string, port: string, target: string): boolean =>
    canConnect(now().raw, { source, port, target }) === null;
  /** What was dragged out of the palette; onto an edge, if it was let go over one. */
  const drop = (type: NodeType, place: Point): void => {
    const { dropEdge } = ui.getState();
    const isOn = dropEdge !== null && !type.is_trigger;
    ui.setState({ dropEdge: null });
    choose(type, {
      purpose: isOn ? { kind: 'on', edgeId: dropEdge } : { kind: 'add' },
      place: isOn ? null : place,
      at: null,
    });
  };
  return {
    ask,
    askAfter,
    drop,
    canConnect: canWire,
    openMenu: (target: MenuTarget, at: Point): void => {
      // What the menu is about is chosen, so that its commands mean it; a choice that holds it stays.
      if (target.kind !== 'pane' && !now().selection.has(target.id))
        stage.actions.select([target.id]);
      ui.setState({ menu: { target, at }, palette: null });
    },
    /** N: after the chosen node, on the chosen edge, else wherever there is room. */
    askHere: (): void => {
      const [id, ...others] = chosenNodes(stage);
      const { document, selection } = now();
      const edge = document.edges.find((one) => selection.has(one.id));
      if (id !== undefined && others.length === 0) askAfter(id);
      else if (edge !== undefined && selection.size === 1) ask({ kind: 'on', edgeId: edge.id });
      else ask({ kind: 'add' });
    },
    /** Shift with N: after the one chosen node. */
    askNext: (): void => {
      const [id, ...others] = chosenNodes(stage);
      if (id !== undefined && others.length === 0) askAfter(id);
    },
    askReplacing: (): void => {
      const [id, ...others] = chosenNodes(stage);
      if (id !== undefined && others.length === 0) ask({ kind: 'replace', id });
    },
    choose,
    connect,
    reconnect: (edgeId: string, source: string, port: string, target: string): void => {
      const wire = { source, port, target };
      const reason = canConnect(now().raw, wire, edgeId);
      if (reason === null) act(stage, () => reconnected(edgeId, wire), t('did.reconnect'));
      else say(stage, t(`connect.reason.${reason}`));
    },
    portsOf,
    portFor,
  };
}
