import { HttpResponse, http, type RequestHandler } from 'msw';
import { ago, makeId } from './makers.ts';
import type { Sample, World } from './world.ts';

interface Question {
  expression?: string;
  template?: unknown;
  node_id?: string;
}

type Answer = { value: unknown } | { message: string; position: number };

/** A path through the samples; of all else the pretended server says that it is true. */
function valueOf(world: World, source: string): Answer {
  if (!/^[\w.-]+$/.test(source.trim())) return { value: true };
  const [root = '', ...rest] = source.trim().split('.');
  const triggered = world.samples.find((one) => one.source === 'trigger');
  const found =
    root === 'trigger'
      ? triggered
      : world.samples.find((one) => root === 'steps' && one.node_id === rest[0]);
  const path = root === 'trigger' ? rest : rest.slice(1);
  const value = path.reduce<unknown>(
    (held, part) => (held as Record<string, unknown> | null | undefined)?.[part],
    found?.output,
  );
  if (value !== undefined) return { value };
  return {
    message: `There is no “${path.at(-1) ?? root}” in ${root}.`,
    position: source.indexOf(source.trim()),
  };
}

const PLACE = /\{\{(.*?)\}\}/g;

function rendered(world: World, text: string): Answer {
  const places = [...text.matchAll(PLACE)];
  const values = places.map((place): Answer => {
    const answer = valueOf(world, place[1] ?? '');
    return 'value' in answer ? answer : { ...answer, position: place.index + 3 };
  });
  const fault = values.find((one) => 'message' in one);
  if (fault !== undefined) return fault;
  const known = values.map((one) => ('value' in one ? one.value : null));
  if (places[0]?.[0] === text.trim()) return { value: known[0] };
  const shown = (value: unknown): string =>
    typeof value === 'string' ? value : JSON.stringify(value);
  return { value: text.replace(PLACE, () => shown(known.shift())) };
}

/** A template is any JSON: each of its texts is rendered, and the first that cannot be is told. */
function given(world: World, template: unknown): Answer {
  if (typeof template === 'string') return rendered(world, template);
  if (typeof template !== 'object' || template === null) return { value: template };
  const parts = Object.entries(template).map(([name, one]) => [name, given(world, one)] as const);
  const fault = parts.find(([, one]) => 'message' in one);
  if (fault !== undefined) return fault[1];
  const values = parts.map(([name, one]) => [name, 'value' in one ? one.value : null] as const);
  return {
    value: Array.isArray(template) ? values.map(([, one]) => one) : Object.fromEntries(values),
  };
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;

/** Past data for whoever writes, and what an expression would give with them. */
export const writingHandlers = (world: World): RequestHandler[] => [
  http.get('*/api/v1/workflows/:id/samples', () =>
    HttpResponse.json({ results: world.samples, next: null, previous: null }),
  ),
  http.post('*/api/v1/workflows/:id/preview', async ({ request }) => {
    const question = (await request.json()) as Question;
    world.asked.push(question);
    const answer =
      question.expression === undefined
        ? given(world, question.template)
        : valueOf(world, question.expression);
    const isValue = 'value' in answer;
    return HttpResponse.json({
      value: isValue ? answer.value : null,
      type: isValue ? typeOf(answer.value) : null,
      has_secret: false,
      is_truncated: false,
      error: isValue ? null : { code: 'missing_path', ...answer, path: null, place: '' },
    });
  }),
];

export const makeSample = (
  node_id: string,
  output: unknown,
  overrides: Partial<Sample> = {},
): Sample => ({
  node_id,
  source: 'step',
  execution_id: makeId(),
  at: ago(60),
  output,
  is_truncated: false,
  variables: null,
  ...overrides,
});
