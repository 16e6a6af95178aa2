import { targetsOf } from '@/engine/edits/connecting';
import { type Aim, nearest } from './nearest';
import { chosenNodes, nameOf, type Stage, say } from './stage';

type Connect = (source: string, port: string, target: string) => boolean;

interface Ports {
  portsOf: (id: string) => readonly string[];
  portFor: (id: string) => string;
  connect: Connect;
}

/** Drawing an edge without a pointer: C begins, arrows go from node to node, Enter connects. */
export function wiring(stage: Stage, { portsOf, portFor, connect }: Ports) {
  const { ui, now, t } = stage;
  const candidates = (
    from: string,
    port: string,
  ): ReadonlyMap<string, { x: number; y: number }> => {
    const targets = targetsOf(now().raw, from, port);
    return new Map([...stage.known.positions].filter(([target]) => targets.has(target)));
  };
  const aimAt = (from: string, port: string, to: string | null): void => {
    ui.setState({ connecting: { from, port, to } });
    if (to === null) return;
    say(stage, t('connect.aim', { to: nameOf(stage, to) }));
    stage.known.show(to);
  };
  const first = (from: string, port: string): string | null => {
    const places = candidates(from, port);
    const at = stage.known.positions.get(from);
    if (at === undefined) return null;
    return nearest(places, at, 'right') ?? nearest(places, at, 'any');
  };
  const stop = (): void => {
    const { connecting } = ui.getState();
    ui.setState({ connecting: null });
    if (connecting !== null) stage.known.focus(connecting.from);
  };
  return {
    targetsOf,
    startConnecting: (): void => {
      const [from, ...others] = chosenNodes(stage);
      if (from === undefined || others.length > 0 || now().isReadOnly) return;
      const port = portFor(from);
      const to = first(from, port);
      if (to === null) say(stage, t('connect.none'));
      else {
        // A menu began it perhaps: the arrows act where the focus is.
        stage.known.focus(from);
        aimAt(from, port, to);
      }
    },
    /** Where it leaves by: the next port. */
    turnPort: (): void => {
      const { connecting } = ui.getState();
      if (connecting === null) return;
      const ports = portsOf(connecting.from);
      const port = ports[(ports.indexOf(connecting.port) + 1) % ports.length] ?? '';
      aimAt(connecting.from, port, first(connecting.from, port));
    },
    aim: (direction: Aim): void => {
      const { connecting } = ui.getState();
      if (connecting === null) return;
      const at = stage.known.positions.get(connecting.to ?? connecting.from);
      if (at === undefined) return;
      const places = new Map(candidates(connecting.from, connecting.port));
      if (connecting.to !== null) places.delete(connecting.to);
      const next = nearest(places, at, direction);
      if (next !== null) aimAt(connecting.from, connecting.port, next);
    },
    land: (): void => {
      const { connecting } = ui.getState();
      stop();
      if (connecting?.to == null) return;
      connect(connecting.from, connecting.port, connecting.to);
    },
    stopConnecting: stop,
  };
}
