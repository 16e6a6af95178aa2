import type { Known, Stage } from './stage';

const NOTHING: Known = {
  catalogue: new Map(),
  positions: new Map(),
  strays: new Map(),
  flow: null,
  frame: null,
  focus: () => undefined,
  focusCanvas: () => undefined,
  show: () => undefined,
  fit: () => undefined,
};

export function makeStage(parts: Pick<Stage, 'ui' | 'now' | 'actions' | 't'>): Stage {
  const known = { ...NOTHING };
  return { ...parts, known, learn: (news) => void Object.assign(known, news) };
}
