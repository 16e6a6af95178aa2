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

const SIGN = ['crypto/hmac', 'crypto/sha256'];
const HEX = [...SIGN, 'encoding/hex'];
const AT = 'at := strconv.FormatInt(time.Now().Unix(), 10)';

/** Lines that sign these expressions, one after the other, with the key. */
const signed = (parts: readonly string[], key = '[]byte(secret)'): string[] => [
  `mac := hmac.New(sha256.New, ${key})`,
  ...parts.map((part) => `mac.Write(${part})`),
];
const HEXED = 'hex.EncodeToString(mac.Sum(nil))';
const RANDOM = ['id := make([]byte, 16)', 'rand.Read(id)'];

const recipes = (target: Target): Record<string, Recipe> => ({
  signature: {
    uses: HEX,
    lines: signed(['body']),
    headers: [['X-Webhook-Signature', HEXED]],
  },
  github: {
    uses: [...HEX, 'crypto/rand'],
    lines: [...signed(['body']), ...RANDOM],
    headers: [
      ['X-GitHub-Event', '"push"'],
      ['X-GitHub-Delivery', 'hex.EncodeToString(id)'],
      ['X-Hub-Signature-256', `"sha256="+${HEXED}`],
    ],
  },
  stripe: {
    uses: [...HEX, 'strconv', 'time'],
    lines: [AT, ...signed(['[]byte(at + ".")', 'body'])],
    headers: [['Stripe-Signature', `"t="+at+",v1="+${HEXED}`]],
  },
  slack: {
    uses: [...HEX, 'strconv', 'time'],
    lines: [AT, ...signed(['[]byte("v0:" + at + ":")', 'body'])],
    headers: [
      ['X-Slack-Request-Timestamp', 'at'],
      ['X-Slack-Signature', `"v0="+${HEXED}`],
    ],
  },
  standard: {
    uses: [...SIGN, 'crypto/rand', 'encoding/base64', 'strconv', 'strings', 'time'],
    lines: [
      AT,
      ...RANDOM,
      'messageID := fmt.Sprintf("msg_%x", id)',
      'key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))',
      'if err != nil {',
      '\tlog.Fatal(err)',
      '}',
      ...signed(['[]byte(messageID + "." + at + ".")', 'body'], 'key'),
    ],
    headers: [
      ['webhook-id', 'messageID'],
      ['webhook-timestamp', 'at'],
      ['webhook-signature', '"v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))'],
    ],
  },
  basic: {},
  api_key: { headers: [[keyHeaderOf(target), 'secret']] },
});

const FAILS = ['if err != nil {', '\tlog.Fatal(err)', '}'];

/** A program of Go's own library that sends a delivery which the webhook accepts. */
export function goOf(target: Target): string {
  const { uses = [], lines = [], headers = [] } = recipes(target)[target.auth_type] ?? {};
  const imports = ['bytes', 'fmt', 'io', 'log', 'net/http', ...uses];
  const user = JSON.stringify(userOf(target));
  return [
    'package main',
    '',
    'import (',
    ...[...imports, ...(isSecret(target) ? ['os'] : [])].sort().map((name) => `\t"${name}"`),
    ')',
    '',
    'func main() {',
    ...[
      ...(isSecret(target) ? [`secret := os.Getenv("${SECRET}")`] : []),
      hasBody(target) ? 'body := []byte(`{"hello":"world"}`)' : 'body := []byte{}',
      ...lines,
      `request, err := http.NewRequest("${methodOf(target)}", ${JSON.stringify(target.url)}, bytes.NewReader(body))`,
      ...FAILS,
      ...(hasBody(target) ? ['request.Header.Set("Content-Type", "application/json")'] : []),
      ...headers.map(([name, value]) => `request.Header.Set(${JSON.stringify(name)}, ${value})`),
      ...(target.auth_type === 'basic' ? [`request.SetBasicAuth(${user}, secret)`] : []),
      'answer, err := http.DefaultClient.Do(request)',
      ...FAILS,
      'defer answer.Body.Close()',
      'text, err := io.ReadAll(answer.Body)',
      ...FAILS,
      'fmt.Println(answer.Status, string(text))',
    ].map((line) => `\t${line}`),
    '}',
  ].join('\n');
}
