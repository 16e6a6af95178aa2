import type { Commands } from './commands';
import type { Stage } from './stage';

const load = () => import('./commands');

type Anything = (...given: unknown[]) => unknown;

/**
 * The commands, fetched beside the canvas, which shows itself without them. One that is wanted before waits for them; what
 * needs an answer at once, such as whether two nodes may be connected, is told no until then.
 */
export function lateCommands(stage: Stage): Commands {
  let made: Commands | null = null;
  const ready = load().then(({ makeCommands }) => {
    made = makeCommands(stage);
    return made;
  });
  ready.catch(() => undefined);
  const call = (from: Commands, name: string, given: unknown[]): unknown =>
    (from as unknown as Readonly<Record<string, Anything>>)[name]?.(...given);
  const known = new Map<string, Anything>();
  const commandOf = (name: string): Anything => {
    const command: Anything = (...given) => {
      if (made !== null) return call(made, name, given);
      ready.then(
        (commands) => call(commands, name, given),
        () => undefined,
      );
      return undefined;
    };
    known.set(name, command);
    return command;
  };
  // Each is always the same function, so that who is handed one need not be drawn anew.
  return new Proxy({} as Commands, {
    get: (_, name) => (typeof name === 'string' ? (known.get(name) ?? commandOf(name)) : undefined),
  });
}
