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

const BASE64 = ['base64'];
const SIGN = ['hashlib', 'hmac'];
const mac = (signed: string): string =>
  `mac = hmac.new(secret.encode(), ${signed}, hashlib.sha256).hexdigest()`;
const AT = 'at = str(int(time.time()))';

const recipes = (target: Target): Record<string, Recipe> => ({
  signature: {
    uses: SIGN,
    lines: [mac('body')],
    headers: [['X-Webhook-Signature', 'mac']],
  },
  github: {
    uses: [...SIGN, 'uuid'],
    lines: [mac('body')],
    headers: [
      ['X-GitHub-Event', '"push"'],
      ['X-GitHub-Delivery', 'str(uuid.uuid4())'],
      ['X-Hub-Signature-256', '"sha256=" + mac'],
    ],
  },
  stripe: {
    uses: [...SIGN, 'time'],
    lines: [AT, mac('at.encode() + b"." + body')],
    headers: [['Stripe-Signature', 'f"t={at},v1={mac}"']],
  },
  slack: {
    uses: [...SIGN, 'time'],
    lines: [AT, mac('b"v0:" + at.encode() + b":" + body')],
    headers: [
      ['X-Slack-Request-Timestamp', 'at'],
      ['X-Slack-Signature', '"v0=" + mac'],
    ],
  },
  standard: {
    uses: [...BASE64, ...SIGN, 'time', 'uuid'],
    lines: [
      AT,
      'message_id = "msg_" + uuid.uuid4().hex',
      'key = base64.b64decode(secret.removeprefix("whsec_"))',
      'signed = f"{message_id}.{at}.".encode() + body',
      'mac = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()',
    ],
    headers: [
      ['webhook-id', 'message_id'],
      ['webhook-timestamp', 'at'],
      ['webhook-signature', '"v1," + mac'],
    ],
  },
  basic: {
    uses: BASE64,
    lines: [
      `proof = base64.b64encode((${JSON.stringify(`${userOf(target)}:`)} + secret).encode())`,
    ],
    headers: [['Authorization', '"Basic " + proof.decode()']],
  },
  api_key: { headers: [[keyHeaderOf(target), 'secret']] },
});

/** A program of Python's own library that sends a delivery which the webhook accepts. */
export function pythonOf(target: Target): string {
  const { uses = [], lines = [], headers = [] } = recipes(target)[target.auth_type] ?? {};
  const body = hasBody(target);
  const imports = [...(body ? ['json'] : []), 'urllib.request', ...uses];
  if (isSecret(target)) imports.push('os');
  return [
    ...imports.sort().map((name) => `import ${name}`),
    '',
    ...(isSecret(target) ? [`secret = os.environ["${SECRET}"]`] : []),
    body ? 'body = json.dumps({"hello": "world"}).encode()' : 'body = b""',
    ...lines,
    'request = urllib.request.Request(',
    `    ${JSON.stringify(target.url)},`,
    ...(body ? ['    data=body,'] : []),
    `    method="${methodOf(target)}",`,
    '    headers={',
    ...(body ? ['        "Content-Type": "application/json",'] : []),
    ...headers.map(([name, value]) => `        ${JSON.stringify(name)}: ${value},`),
    '    },',
    ')',
    'with urllib.request.urlopen(request) as answer:',
    '    print(answer.status, answer.read().decode())',
  ].join('\n');
}
