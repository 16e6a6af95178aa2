import { hasBody, keyHeaderOf, methodOf, SECRET, type Target, userOf } from './target';

const BODY = `'{"hello":"world"}'`;

/** HMAC-SHA256 of the shell's $signed, in hex, under the key that `key` writes for openssl. */
const hex = (key: string): string =>
  `$(printf %s "$signed" | openssl dgst -sha256 ${key} -r | cut -d' ' -f1)`;
const HEX = hex(`-hmac "$${SECRET}"`);

interface Recipe {
  /** Shell lines that make what the options use. */
  lines: readonly string[];
  options: readonly string[];
}

/** A text as the shell takes it literally. */
const literal = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const recipes = (target: Target): Readonly<Record<string, Recipe>> => ({
  none: { lines: [], options: [] },
  signature: {
    lines: ['signed="$body"', `mac="${HEX}"`],
    options: ['-H "X-Webhook-Signature: $mac"'],
  },
  github: {
    lines: ['signed="$body"', `mac="${HEX}"`],
    options: [
      '-H "X-Hub-Signature-256: sha256=$mac"',
      '-H "X-GitHub-Event: push"',
      '-H "X-GitHub-Delivery: $(openssl rand -hex 16)"',
    ],
  },
  stripe: {
    lines: ['at="$(date +%s)"', 'signed="$at.$body"', `mac="${HEX}"`],
    options: ['-H "Stripe-Signature: t=$at,v1=$mac"'],
  },
  slack: {
    lines: ['at="$(date +%s)"', 'signed="v0:$at:$body"', `mac="${HEX}"`],
    options: ['-H "X-Slack-Request-Timestamp: $at"', '-H "X-Slack-Signature: v0=$mac"'],
  },
  standard: {
    lines: [
      'at="$(date +%s)"',
      'id="msg_$at"',
      `key="$(printf %s "\${${SECRET}#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \\n')"`,
      'signed="$id.$at.$body"',
      'mac="$(printf %s "$signed" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"',
    ],
    options: [
      '-H "webhook-id: $id"',
      '-H "webhook-timestamp: $at"',
      '-H "webhook-signature: v1,$mac"',
    ],
  },
  basic: { lines: [], options: [`-u ${literal(`${userOf(target)}:`)}"$${SECRET}"`] },
  api_key: { lines: [], options: [`-H "${keyHeaderOf(target)}: $${SECRET}"`] },
});

/**
 * A command that sends a delivery the webhook accepts. The secret is read from the shell's GORAX_WEBHOOK_SECRET: the
 * screen does not have it, and a command in a history file should not either.
 */
export function curlOf(target: Target): string {
  const recipe = recipes(target)[target.auth_type] ?? { lines: [], options: [] };
  const method = methodOf(target);
  const sent = hasBody(target)
    ? ['-H "Content-Type: application/json"', '--data-binary "$body"']
    : [];
  const begin = `curl ${method === 'HEAD' ? '-I' : `-X ${method}`} ${target.url}`;
  return [
    hasBody(target) ? `body=${BODY}` : 'body=',
    ...recipe.lines,
    [begin, ...recipe.options, ...sent].join(' \\\n  '),
  ].join('\n');
}
