import { setupServer } from 'msw/node';
import { handlersOf } from './handlers';
import { makeWorld, type World } from './world';

export const server = setupServer();

/** Lets the pretended server answer from a world of the test's own; returns that world to look at. */
export function serve(overrides: Partial<World> = {}): World {
  const world = makeWorld(overrides);
  server.use(...handlersOf(world));
  return world;
}
