import type { NodeType } from '../catalogue';

/** What usually follows a type, or a category, the likeliest first. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  'trigger:webhook': [
    'control:if',
    'action:http',
    'action:set',
    'action:respond',
    'control:filter',
    'action:code',
  ],
  'trigger:schedule': [
    'action:http',
    'action:set',
    'github:list_issues',
    'control:loop',
    'action:code',
    'data:csv',
  ],
  'trigger:error': [
    'slack:send_message',
    'action:email',
    'action:http',
    'control:if',
    'action:set',
  ],
  'trigger:manual': ['action:http', 'action:set', 'action:code', 'control:if', 'control:loop'],
  trigger: ['action:set', 'action:http', 'control:if', 'action:code', 'control:loop', 'llm:chat'],
  'action:http': [
    'control:if',
    'action:set',
    'data:json_query',
    'control:loop',
    'action:transform',
    'slack:send_message',
  ],
  'control:if': ['action:http', 'action:set', 'slack:send_message', 'action:email', 'control:if'],
  'control:loop': ['action:http', 'action:set', 'action:code', 'control:if', 'control:delay'],
  'control:approval': ['action:http', 'action:email', 'slack:send_message', 'action:set'],
  'control:parallel': ['action:http', 'action:set', 'control:join', 'llm:chat', 'action:code'],
  control: ['action:http', 'action:set', 'action:code', 'control:if', 'action:email'],
  llm: ['control:if', 'action:set', 'slack:send_message', 'action:email', 'control:approval'],
  data: ['action:http', 'control:loop', 'control:if', 'action:set', 'data:csv'],
  github: ['control:if', 'slack:send_message', 'control:loop', 'action:set', 'llm:summarize'],
  slack: ['control:if', 'action:set', 'control:delay', 'action:http'],
  action: ['control:if', 'action:set', 'action:http', 'slack:send_message', 'action:email'],
};

/** With an empty canvas: what starts workflows. */
const STARTS = ['trigger:webhook', 'trigger:schedule', 'trigger:manual', 'trigger:sub_workflow'];

const ANYWHERE = ['action:http', 'action:set', 'control:if', 'action:code', 'llm:chat'];

const CATEGORIES = ['trigger', 'control', 'action', 'data', 'llm', 'github', 'slack'] as const;

export type Category = (typeof CATEGORIES)[number];

export interface PaletteContext {
  /** The type that the new node comes after; null: after none. */
  after: string | null;
  /** Triggers only, none of them, or all. */
  triggers: 'only' | 'none' | 'any';
  isEmpty: boolean;
}

const categoryOf = (type: string): string => type.split(':', 1)[0] ?? '';

function suggestedTypes({ after, triggers, isEmpty }: PaletteContext): readonly string[] {
  if (triggers === 'only' || (isEmpty && triggers === 'any')) return STARTS;
  if (after === null) return ANYWHERE;
  return FOLLOWS[after] ?? FOLLOWS[categoryOf(after)] ?? ANYWHERE;
}

/** The types that may be chosen, in the catalogue's order. */
export const fitting = (types: readonly NodeType[], { triggers }: PaletteContext): NodeType[] =>
  types.filter((one) => triggers === 'any' || one.is_trigger === (triggers === 'only'));

/** The types that are likeliest here. */
export function suggested(types: readonly NodeType[], context: PaletteContext): NodeType[] {
  const byName = new Map(fitting(types, context).map((one) => [one.type, one]));
  return suggestedTypes(context).flatMap((type) => byName.get(type) ?? []);
}

/** How well a type fits what was typed: 0 is best; null: not at all. Every word has to be found. */
function distance(type: NodeType, words: readonly string[]): number | null {
  const title = type.title.toLowerCase();
  const name = type.type.toLowerCase();
  const description = type.description.toLowerCase();
  let sum = 0;
  for (const word of words) {
    if (title.startsWith(word)) sum += 0;
    else if (title.includes(` ${word}`)) sum += 1;
    else if (title.includes(word)) sum += 2;
    else if (name.includes(word)) sum += 3;
    else if (description.includes(word)) sum += 5;
    else return null;
  }
  return sum;
}

/** The types that were searched for, best first; among equals those that usually follow. */
export function found(
  types: readonly NodeType[],
  query: string,
  context: PaletteContext,
): NodeType[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const likely = suggestedTypes(context);
  const placeOf = (type: string): number => {
    const at = likely.indexOf(type);
    return at === -1 ? likely.length : at;
  };
  return fitting(types, context)
    .flatMap((type) => {
      const far = distance(type, words);
      return far === null ? [] : [{ type, far, place: placeOf(type.type) }];
    })
    .sort((one, other) => one.far - other.far || one.place - other.place)
    .map(({ type }) => type);
}

/** The types by category, as the palette lists them. */
export function byCategory(
  types: readonly NodeType[],
  context: PaletteContext,
): { category: Category; types: NodeType[] }[] {
  const all = fitting(types, context);
  return CATEGORIES.map((category) => ({
    category,
    types: all.filter((one) => categoryOf(one.type) === category),
  })).filter((group) => group.types.length > 0);
}
