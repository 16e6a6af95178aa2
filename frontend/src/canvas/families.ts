import {
  ArrowDownUp,
  Blocks,
  Braces,
  CalendarDays,
  CircleStop,
  Clock3,
  CodeXml,
  CopyMinus,
  FileArchive,
  FileText,
  Filter,
  GitBranch,
  GitFork,
  GitMerge,
  Globe,
  Hourglass,
  KeyRound,
  type LucideIcon,
  MousePointerClick,
  Repeat,
  Reply,
  RotateCw,
  Route,
  Rows3,
  ShieldAlert,
  Sigma,
  Split,
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
  'control:filter': { hue: LOGIC, icon: Filter },
  'control:loop': { hue: LOGIC, icon: Repeat },
  'control:try': { hue: LOGIC, icon: ShieldAlert },
  'control:retry': { hue: LOGIC, icon: RotateCw },
  'control:parallel': { hue: LOGIC, icon: Rows3 },
  'control:fork': { hue: LOGIC, icon: GitFork },
  'control:join': { hue: LOGIC, icon: GitMerge },
  'action:respond': { hue: MESSAGE, icon: Reply },
  'control:stop_and_error': { hue: STOP, icon: CircleStop },
  'action:set': { hue: TRANSFORM, icon: Braces },
  'action:transform': { hue: TRANSFORM, icon: Braces },
  'action:formula': { hue: TRANSFORM, icon: Sigma },
  'action:code': { hue: TRANSFORM, icon: CodeXml },
  'data:compress': { hue: TRANSFORM, icon: FileArchive },
  'data:file': { hue: TRANSFORM, icon: FileText },
  'data:crypto': { hue: TRANSFORM, icon: KeyRound },
  'data:date_time': { hue: TRANSFORM, icon: CalendarDays },
  'data:deduplicate': { hue: TRANSFORM, icon: CopyMinus },
  'data:sort': { hue: TRANSFORM, icon: ArrowDownUp },
  'data:split': { hue: TRANSFORM, icon: Split },
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

const ABBREVIATIONS = /^(csv|html|http|json|xml)\b/;

/** "action:http" → "HTTP"; "data:json_query" → "JSON query"; "control:stop-and-error" → "Stop and error". */
export function typeTitle(type: string): string {
  const name = (type.split(':')[1] ?? type).replace(/[-_]/g, ' ');
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return ABBREVIATIONS.test(name)
    ? name.replace(ABBREVIATIONS, (one) => one.toUpperCase())
    : capital;
}
