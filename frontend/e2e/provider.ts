import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { demo, FACTS } from './stage.ts';

const CHECKOUT = new URL('../..', import.meta.url).pathname;
const PYTHON = `${CHECKOUT}.venv/bin/python`;

/** A server of OAuth 2.0 on this machine, and what it knows us by. */
export interface Provider {
  issuer: string;
  client_id: string;
  client_secret: string;
}

let server: ChildProcess | null = null;

/** Lets the demo's tenant call a port of this machine, as an operator does. */
async function allow(port: string): Promise<void> {
  const said = `from apps.tenants import facade; facade.allow_egress("t_demo", "127.0.0.1", ${port})`;
  await promisify(execFile)(PYTHON, ['-m', 'gorax.stack', 'manage', 'shell', '-c', said], {
    cwd: dirname(dirname(FACTS)),
    env: { ...process.env, GORAX_PORT: new URL(demo.base_url).port },
  });
}

/** Starts the provider; it asks whoever comes whether they agree. */
export async function openProvider(): Promise<Provider> {
  const started = spawn(
    PYTHON,
    ['-m', 'tests.credentials.authorization_server', `${demo.public_url}/oauth/callback`],
    { cwd: CHECKOUT, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  server = started;
  const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
  const provider = JSON.parse(line) as Provider;
  await allow(new URL(provider.issuer).port);
  return provider;
}

export function closeProvider(): void {
  server?.kill();
}
