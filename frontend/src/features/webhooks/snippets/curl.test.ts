import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { curlOf } from './curl';

const SECRET = 'c2VjcmV0IG9mIGEgdGVzdA==';
const BODY = '{"hello":"world"}';
/** What a shell might read as something else. */
const ODD = `it's "$HOME" \\n \`id\` %s =`;

/** Stands in for openssl where a machine has none: the calls that the command makes, by Node's own crypto. */
const OPENSSL = `#!${process.execPath}
const { createHmac, randomBytes } = require('node:crypto');
if (process.argv[2] === 'rand') {
  process.stdout.write(randomBytes(16).toString('hex') + '\\n');
  process.exit();
}
const [, , , , flag, key, option, hexkey] = process.argv;
const secret = flag === '-hmac' ? key : Buffer.from(hexkey.slice(7), 'hex');
const mac = createHmac('sha256', secret).update(require('node:fs').readFileSync(0));
process.stdout.write(flag === '-hmac' ? mac.digest('hex') + ' *stdin\\n' : mac.digest());
`;

const CURL = '#!/bin/sh\nfor given in "$@"; do printf "%s\\n" "$given"; done\n';

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function writeProgram(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** Runs the command in a real shell, with a curl that writes down what it was given. */
function sentBy(
  authType: string,
  secret = SECRET,
  methods: readonly string[] = ['POST'],
): { url: string; headers: Record<string, string>; body: string; given: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  writeProgram(join(folder, 'curl'), CURL);
  if (!has('openssl')) writeProgram(join(folder, 'openssl'), OPENSSL);
  const url = 'http://demo.localhost:8000/webhooks/abc';
  const command = curlOf({ url, auth_type: authType, methods });
  const env = {
    PATH: `${folder}:${process.env.PATH ?? ''}`,
    GORAX_WEBHOOK_SECRET: authType === 'standard' ? `whsec_${secret}` : secret,
  };
  const given = execFileSync('sh', ['-eu', '-c', command], { env, encoding: 'utf8' })
    .trim()
    .split('\n');
  const headers = given.flatMap((one, index) => {
    const [, name, value] = (given[index - 1] === '-H' ? /^([^:]+): (.*)$/.exec(one) : null) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  const body = given.at(-1) ?? '';
  return { url: given[2] ?? '', headers: Object.fromEntries(headers), body, given };
}

const hmac = (signed: string, key: string | Buffer = SECRET) =>
  createHmac('sha256', key).update(signed);

describe('the command that sends a delivery', () => {
  it('sends the body to the URL', () => {
    const { url, headers, body } = sentBy('none');

    expect(url).toBe('http://demo.localhost:8000/webhooks/abc');
    expect(body).toBe(BODY);
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });

  it('signs as GitHub signs, and gives each delivery an id of its own', () => {
    const { headers } = sentBy('github');

    expect(headers['x-hub-signature-256']).toBe(`sha256=${hmac(BODY).digest('hex')}`);
    expect(headers['x-github-delivery']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('signs the body for the generic scheme', () => {
    expect(sentBy('signature').headers['x-webhook-signature']).toBe(hmac(BODY).digest('hex'));
  });

  it('signs time and body as Stripe and Slack do', () => {
    const [, at = '', mac] =
      /^t=(\d+),v1=(\w+)$/.exec(sentBy('stripe').headers['stripe-signature'] ?? '') ?? [];
    expect(mac).toBe(hmac(`${at}.${BODY}`).digest('hex'));

    const slack = sentBy('slack').headers;
    const signed = `v0:${slack['x-slack-request-timestamp'] ?? ''}:${BODY}`;
    expect(slack['x-slack-signature']).toBe(`v0=${hmac(signed).digest('hex')}`);
  });

  it('signs id, time and body with the decoded secret of Standard Webhooks', () => {
    const { headers } = sentBy('standard');
    const signed = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${BODY}`;

    expect(headers['webhook-signature']).toBe(
      `v1,${hmac(signed, Buffer.from(SECRET, 'base64')).digest('base64')}`,
    );
  });

  it('takes a secret as it is, whatever it holds', () => {
    const signed = hmac(BODY, ODD).digest('hex');
    expect(sentBy('signature', ODD).headers['x-webhook-signature']).toBe(signed);
    expect(sentBy('api_key', ODD).headers['x-api-key']).toBe(ODD);
    expect(sentBy('basic', ODD).given).toContain(`user:${ODD}`);
  });

  it('sends no body by a method that carries none', () => {
    const { given, headers } = sentBy('signature', SECRET, ['GET']);

    expect(given.slice(0, 3)).toEqual(['-X', 'GET', 'http://demo.localhost:8000/webhooks/abc']);
    expect(given).not.toContain('--data-binary');
    expect(headers['x-webhook-signature']).toBe(hmac('').digest('hex'));
  });

  it('never contains a secret: the shell has it', () => {
    expect(curlOf({ url: 'http://x/', auth_type: 'api_key' })).toContain(
      '"X-API-Key: $GORAX_WEBHOOK_SECRET"',
    );
  });
});
