import {
  hasBody,
  isSecret,
  keyHeaderOf,
  methodOf,
  type Recipe,
  SECRET,
  type Target,
  userOf,
} from './target';

const HMAC = ['createHmac'];
const mac = (signed: string): string =>
  `const mac = createHmac('sha256', secret).update(${signed}).digest('hex');`;
const AT = 'const at = String(Math.floor(Date.now() / 1000));';

const recipes = (target: Target): Record<string, Recipe> => ({
  signature: { uses: HMAC, lines: [mac('body')], headers: [['X-Webhook-Signature', 'mac']] },
  github: {
    uses: [...HMAC, 'randomUUID'],
    lines: [mac('body')],
    headers: [
      ['X-GitHub-Event', `'push'`],
      ['X-GitHub-Delivery', 'randomUUID()'],
      ['X-Hub-Signature-256', '`sha256=${mac}`'],
    ],
  },
  stripe: {
    uses: HMAC,
    lines: [AT, mac('`${at}.${body}`')],
    headers: [['Stripe-Signature', '`t=${at},v1=${mac}`']],
  },
  slack: {
    uses: HMAC,
    lines: [AT, mac('`v0:${at}:${body}`')],
    headers: [
      ['X-Slack-Request-Timestamp', 'at'],
      ['X-Slack-Signature', '`v0=${mac}`'],
    ],
  },
  standard: {
    uses: [...HMAC, 'randomUUID'],
    lines: [
      AT,
      'const id = `msg_${randomUUID()}`;',
      `const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');`,
      "const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');",
    ],
    headers: [
      ['webhook-id', 'id'],
      ['webhook-timestamp', 'at'],
      ['webhook-signature', '`v1,${mac}`'],
    ],
  },
  basic: {
    lines: [
      `const proof = Buffer.from(${JSON.stringify(`${userOf(target)}:`)} + secret).toString('base64');`,
    ],
    headers: [['Authorization', '`Basic ${proof}`']],
  },
  api_key: { headers: [[keyHeaderOf(target), 'secret']] },
});

/** A module for Node that sends a delivery which the webhook accepts. */
export function javascriptOf(target: Target): string {
  const { uses = [], lines = [], headers = [] } = recipes(target)[target.auth_type] ?? {};
  const method = methodOf(target);
  const body = hasBody(target);
  return [
    ...(uses.length > 0 ? [`import { ${uses.join(', ')} } from 'node:crypto';`, ''] : []),
    ...(isSecret(target) ? [`const secret = process.env.${SECRET};`] : []),
    body ? `const body = JSON.stringify({ hello: 'world' });` : `const body = '';`,
    ...lines,
    `const answer = await fetch(${JSON.stringify(target.url)}, {`,
    `  method: '${method}',`,
    '  headers: {',
    ...(body ? [`    'Content-Type': 'application/json',`] : []),
    ...headers.map(([name, value]) => `    ${JSON.stringify(name)}: ${value},`),
    '  },',
    ...(body ? ['  body,'] : []),
    '});',
    'console.log(answer.status, await answer.text());',
  ].join('\n');
}
