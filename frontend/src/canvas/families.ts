import {
  ArrowDownUp,
  Blocks,
  Braces,
  CalendarClock,
  CalendarDays,
  ChartScatter,
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
  GitPullRequest,
  Globe,
  Hourglass,
  KeyRound,
  LogIn,
  type LucideIcon,
  Mail,
  MessageSquare,
  MousePointerClick,
  PhoneIncoming,
  Repeat,
  Reply,
  RotateCw,
  Route,
  Rows3,
  ScanText,
  ScrollText,
  ShieldAlert,
  Sigma,
  Sparkles,
  Split,
  SquareDashed,
  Tags,
  TriangleAlert,
  Unplug,
  UserCheck,
  Webhook,
  Workflow,
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
const MODEL = 310;
const STOP = 25;

const BY_TYPE: Readonly<Record<string, Look>> = {
  'trigger:webhook': { hue: TRIGGER, icon: Webhook },
  'trigger:manual': { hue: TRIGGER, icon: MousePointerClick },
  'trigger:schedule': { hue: TRIGGER, icon: Clock3 },
  'trigger:sub_workflow': { hue: TRIGGER, icon: LogIn },
  'trigger:error': { hue: TRIGGER, icon: TriangleAlert },
  'action:http': { hue: REQUEST, icon: Globe },
  'action:email': { hue: MESSAGE, icon: Mail },
  'control:if': { hue: LOGIC, icon: GitBranch },
  'control:switch': { hue: LOGIC, icon: Route },
  'control:merge': { hue: LOGIC, icon: GitMerge },
  'control:delay': { hue: LOGIC, icon: Hourglass },
  'control:wait_until': { hue: LOGIC, icon: CalendarClock },
  'control:wait_for_webhook': { hue: LOGIC, icon: PhoneIncoming },
  'control:approval': { hue: LOGIC, icon: UserCheck },
  'control:circuit_breaker': { hue: LOGIC, icon: Unplug },
  'control:filter': { hue: LOGIC, icon: Filter },
  'control:sub_workflow': { hue: LOGIC, icon: Workflow },
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
  'llm:chat': { hue: MODEL, icon: Sparkles },
  'llm:classify': { hue: MODEL, icon: Tags },
  'llm:extract': { hue: MODEL, icon: ScanText },
  'llm:summarize': { hue: MODEL, icon: ScrollText },
  'llm:embed': { hue: MODEL, icon: ChartScatter },
  'control:no_op': { hue: TRANSFORM, icon: SquareDashed },
};

const BY_CATEGORY: Readonly<Record<string, Look>> = {
  trigger: { hue: TRIGGER, icon: Webhook },
  control: { hue: LOGIC, icon: GitBranch },
  data: { hue: TRANSFORM, icon: Braces },
  llm: { hue: MODEL, icon: Sparkles },
  transform: { hue: TRANSFORM, icon: Braces },
  github: { hue: REQUEST, icon: GitPullRequest },
  slack: { hue: MESSAGE, icon: MessageSquare },
};

const OTHER: Look = { hue: REQUEST, icon: Blocks };

/** Colour and icon of a node type; a type unknown here takes its category's. */
export function lookOf(type: string): Look {
  return BY_TYPE[type] ?? BY_CATEGORY[type.split(':', 1)[0] ?? ''] ?? OTHER;
}

const ABBREVIATIONS = /\b(csv|dm|html|http|json|pr|xml)\b/;

/** Types whose name says less than their title in the catalogue. */
const TITLES: Readonly<Record<string, string>> = {
  'trigger:sub_workflow': 'Called',
  'control:no_op': 'No operation',
  'control:sub_workflow': 'Sub-workflow',
  'data:date_time': 'Date and time',
  'data:deduplicate': 'Remove duplicates',
  'data:template': 'Template text',
  'llm:chat': 'Ask a model',
  'llm:embed': 'Embed texts',
  'llm:summarize': 'Sum up',
};

/** "action:http" → "HTTP"; "slack:send_dm" → "Send DM"; "control:stop-and-error" → "Stop and error". */
export function typeTitle(type: string): string {
  const title = TITLES[type];
  if (title !== undefined) return title;
  const name = (type.split(':')[1] ?? type).replace(/[-_]/g, ' ');
  const spelled = name.replace(ABBREVIATIONS, (one) => one.toUpperCase());
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}
