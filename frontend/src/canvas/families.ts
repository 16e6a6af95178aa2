import {
  Blocks,
  Braces,
  CircleStop,
  Clock3,
  GitBranch,
  GitMerge,
  Globe,
  Hourglass,
  type LucideIcon,
  MousePointerClick,
  Reply,
  Route,
  Sigma,
  SquareDashed,
  Webhook,
} from 'lucide-react';

interface Look {
  hue: number;
  icon: LucideIcon;
}

const TRIGGER = 155;
const REQUEST = 240;
const LOGIC = 70;
const MESSAGE = 200;
const TRANSFORM = 277;
const STOP = 25;

const BY_TYPE: Readonly<Record<string, Look>> = {
  'trigger:webhook': { hue: TRIGGER, icon: Webhook },
  'trigger:manual': { hue: TRIGGER, icon: MousePointerClick },
  'trigger:schedule': { hue: TRIGGER, icon: Clock3 },
  'action:http': { hue: REQUEST, icon: Globe },
  'control:if': { hue: LOGIC, icon: GitBranch },
  'control:switch': { hue: LOGIC, icon: Route },
  'control:merge': { hue: LOGIC, icon: GitMerge },
  'control:delay': { hue: LOGIC, icon: Hourglass },
  'action:respond': { hue: MESSAGE, icon: Reply },
  'control:stop_and_error': { hue: STOP, icon: CircleStop },
  'action:set': { hue: TRANSFORM, icon: Braces },
  'action:transform': { hue: TRANSFORM, icon: Braces },
  'action:formula': { hue: TRANSFORM, icon: Sigma },
  'control:no_op': { hue: TRANSFORM, icon: SquareDashed },
};

const BY_CATEGORY: Readonly<Record<string, Look>> = {
  trigger: { hue: TRIGGER, icon: Webhook },
  control: { hue: LOGIC, icon: GitBranch },
  data: { hue: TRANSFORM, icon: Braces },
  transform: { hue: TRANSFORM, icon: Braces },
};

const OTHER: Look = { hue: REQUEST, icon: Blocks };

/** Colour and icon of a node type; a type unknown here takes its category's. */
export function lookOf(type: string): Look {
  return BY_TYPE[type] ?? BY_CATEGORY[type.split(':', 1)[0] ?? ''] ?? OTHER;
}

/** "action:http" → "HTTP"; "control:stop-and-error" → "Stop and error". */
export function typeTitle(type: string): string {
  const name = (type.split(':')[1] ?? type).replace(/[-_]/g, ' ');
  if (name === 'http') return 'HTTP';
  return name.charAt(0).toUpperCase() + name.slice(1);
}
