import { execFile, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { goOf } from './go';
import { javascriptOf } from './javascript';
import { pythonOf } from './python';
import type { Target } from './target';

const RAW = 'c2VjcmV0IG9mIGEgdGVzdA==';
/** What a shell, a program or a template might read as something else. */
const ODD = `it's "$HOME" \\n \`id\` %s \${x} =`;

interface Sent {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Language {
  write: (target: Target) => string;
  file: string;
  command: readonly string[];
}

const LANGUAGES: Record<string, Language> = {
  python: { write: pythonOf, file: 'send.py', command: ['python3'] },
  javascript: { write: javascriptOf, file: 'send.mjs', command: [process.execPath] },
  go: { write: goOf, file: 'send.go', command: ['go', 'run'] },
};

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Runs the program against a server of our own, and tells what it sent. */
async function sentBy(language: Language, about: Omit<Target, 'url'>, raw = RAW): Promise<Sent> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method, headers } = request;
      sent.push({ method, headers, body: Buffer.concat(pieces).toString() });
      response.writeHead(202).end('{"event_id":"e"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(mkdtempSync(join(tmpdir(), 'program-')), language.file);
  writeFileSync(file, language.write({ ...about, url: `http://127.0.0.1:${port}/webhooks/abc` }));
  const [program = '', ...given] = language.command;
  const secret = about.auth_type === 'standard' ? `whsec_${RAW}` : raw;
  const env = { ...process.env, GORAX_WEBHOOK_SECRET: secret, NODE_OPTIONS: '' };
  try {
    const { stdout } = await promisify(execFile)(program, [...given, file], { env });
    expect(stdout).toMatch(/^202.*\{"event_id":"e"\}/);
  } finally {
    server.close();
  }
  return sent[0]!;
}

const hex = (signed: string, raw: string): string =>
  createHmac('sha256', raw).update(signed).digest('hex');

/** What each scheme must have sent. */
const PROOFS: Record<string, (sent: Sent, raw: string) => void> = {
  none: ({ headers }) => expect(headers).not.toHaveProperty('authorization'),
  signature: ({ headers, body }, raw) =>
    expect(headers['x-webhook-signature']).toBe(hex(body, raw)),
  github: ({ headers, body }, raw) => {
    expect(headers['x-hub-signature-256']).toBe(`sha256=${hex(body, raw)}`);
    expect(headers['x-github-delivery']).toMatch(/^[0-9a-f-]{32,36}$/);
  },
  stripe: ({ headers, body }, raw) => {
    const [, at, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['stripe-signature'])) ?? [];
    expect(mac).toBe(hex(`${at}.${body}`, raw));
  },
  slack: ({ headers, body }, raw) => {
    const at = String(headers['x-slack-request-timestamp']);
    expect(headers['x-slack-signature']).toBe(`v0=${hex(`v0:${at}:${body}`, raw)}`);
  },
  standard: ({ headers, body }) => {
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const mac = createHmac('sha256', Buffer.from(RAW, 'base64')).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
  },
  basic: ({ headers }, raw) =>
    expect(headers.authorization).toBe(
      `Basic ${Buffer.from(`o'ann "x":${raw}`).toString('base64')}`,
    ),
  api_key: ({ headers }, raw) => expect(headers['x-our-key']).toBe(raw),
};

const CONFIG = { username: `o'ann "x"`, key_header: 'x-our-key' };

describe.each(Object.keys(LANGUAGES))('the program in %s', (name) => {
  const language = LANGUAGES[name]!;
  const inLanguage = it.runIf(has(language.command[0]!));

  inLanguage.each(Object.keys(PROOFS))(
    'sends what a webhook with %s accepts',
    { timeout: 60_000 },
    async (auth_type) => {
      const about = { auth_type, config: CONFIG, methods: ['GET', 'PUT', 'POST'] };
      const sent = await sentBy(language, about);

      expect(sent.method).toBe('PUT');
      expect(sent.headers['content-type']).toBe('application/json');
      expect(JSON.parse(sent.body)).toEqual({ hello: 'world' });
      PROOFS[auth_type]!(sent, RAW);
    },
  );

  inLanguage.each(['signature', 'stripe', 'basic', 'api_key'])(
    'takes a secret of %s as it is, whatever it holds',
    { timeout: 60_000 },
    async (auth_type) => {
      PROOFS[auth_type]!(await sentBy(language, { auth_type, config: CONFIG }, ODD), ODD);
    },
  );

  inLanguage('sends no body by a method that carries none', { timeout: 60_000 }, async () => {
    const sent = await sentBy(language, { auth_type: 'signature', methods: ['GET'] });

    expect(sent.method).toBe('GET');
    expect(sent.body).toBe('');
    PROOFS.signature!(sent, RAW);
  });

  it('never holds a secret', () => {
    expect(language.write({ url: 'http://x/', auth_type: 'basic' })).toContain(
      'GORAX_WEBHOOK_SECRET',
    );
  });
});
