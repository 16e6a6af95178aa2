import type { SchemaProblemOut } from '@/generated/api';
import { type Place, pointerOf } from './places';

export type Problem = SchemaProblemOut;

/** The pointer into its node that a problem has; "" where it is about the node as a whole. */
const inNode = ({ path }: Problem): string => path.replace(/^\/nodes\/\d+/, '');

const isBelow = (pointer: string, above: string): boolean =>
  pointer === above || pointer.startsWith(`${above}/`);

/** Those at a pointer into the node itself, or anywhere below it. */
export const problemsAt = (problems: readonly Problem[], pointer: string): Problem[] =>
  problems.filter((problem) => isBelow(inNode(problem), pointer));

/** Those of a place of the config; of one whose parts show their own, only what is said of it as a whole. */
export function problemsOf(
  problems: readonly Problem[],
  place: Place,
  hasParts: boolean,
): Problem[] {
  const pointer = pointerOf(place);
  if (hasParts) return problems.filter((problem) => inNode(problem) === pointer);
  return problemsAt(problems, pointer);
}

const BEHAVIOUR = ['on_error', 'retry', 'on_unknown', 'notes', 'disabled', 'name'];

/** What belongs to the tab *Behaviour*; older documents have these settings inside of the config. */
export function behaviourProblems(problems: readonly Problem[]): Problem[] {
  return problems.filter((problem) =>
    BEHAVIOUR.some((name) => isBelow(inNode(problem), `/data/${name}`)),
  );
}

/** What no field of the form shows, so that it must be said above it. */
export function problemsBeside(problems: readonly Problem[], shown: readonly string[]): Problem[] {
  const behaviour = new Set(behaviourProblems(problems));
  return problems.filter(
    (problem) =>
      !behaviour.has(problem) && !shown.some((name) => isBelow(inNode(problem), pointerOf([name]))),
  );
}
