import type { DocumentNode } from './document';

/** What the catalogue says of the ports of a type. */
export interface PortsOfType {
  readonly ports: readonly string[];
  /** Edges have to name the port that they leave by. */
  readonly needs_port: boolean;
}

/** The port that a document names by naming none. */
const MAIN = 'main';
/** The port that a failure leaves by. */
export const ERROR = 'error';
const FALLBACK = 'fallback';

/** A port as the canvas knows it: "" is the usual one, however a document writes it. */
export const portName = (port: string): string => (port === MAIN ? '' : port);

const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && one !== '')
    : [];

const namesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? texts(value.map((one: unknown) => (one as { name?: unknown } | null)?.name))
    : [];

/** Types whose ports come from their configuration. */
const BY_CONFIG: Readonly<Record<string, (config: DocumentNode['config']) => string[]>> = {
  'control:switch': (config) => [...namesIn(config.cases), FALLBACK],
  'control:parallel': (config) => [...texts(config.branches), 'done'],
};

/**
 * The ports that a node can be left by, from top to bottom: those of its type, the one of its failures, and whatever
 * ports its edges use besides. Of a type that the catalogue does not know only the last.
 */
export function portsOfNode(
  node: DocumentNode,
  type: PortsOfType | undefined,
  used: readonly string[],
): string[] {
  const own = BY_CONFIG[node.type]?.(node.config) ?? type?.ports ?? (used.length > 0 ? [] : ['']);
  const ports = [...own, ...(node.hasErrorPort ? [ERROR] : []), ...used].map(portName);
  return [...new Set(ports)];
}

/** The port that a new edge leaves by: the first that has none yet, else the first. */
export const freePort = (ports: readonly string[], used: readonly string[]): string =>
  ports.find((port) => port !== ERROR && !used.includes(port)) ?? ports[0] ?? '';
