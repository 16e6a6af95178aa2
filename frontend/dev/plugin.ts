import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getResponse } from 'msw';
import type { Connect, PluginOption, PreviewServer, ViteDevServer } from 'vite';
import type { SchemaExecutionShown } from '../src/generated/api';
import { CATALOGUE } from '../src/testing/catalogue.ts';
import { handlersOf } from '../src/testing/handlers.ts';
import { makeMe } from '../src/testing/makers.ts';
import { ALL } from '../src/testing/people-world.ts';
import { makeWorld, problem, type World } from '../src/testing/world.ts';
import { makeStory, play } from './story.ts';
import { fulfil } from './wishing.ts';

const SOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** The production header, so that a page that would break there breaks here. */
const CSP = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self' ws://localhost:* ws://*.localhost:*",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

type Mood = 'data' | 'empty' | 'slow' | 'failing' | 'forbidden' | 'signed-out';

const isOpenPath = (path: string): boolean =>
  path.startsWith('/api/v1/auth/') || path === '/api/v1/me';

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? null : Buffer.concat(chunks);
}

class Mock {
  private readonly story = this.wired(makeStory());
  private readonly empty = this.wired(
    makeWorld({ me: makeMe({ permissions: ALL }), nodeTypes: CATALOGUE }),
  );
  private readonly sockets = new Map<string, Set<Duplex>>();

  private wired(world: World): World {
    world.onStart = (execution: SchemaExecutionShown) =>
      play(execution, (message) => this.say(execution.id, message));
    world.onWish = (wish) => fulfil(world, wish);
    return world;
  }

  /** The page is put into a mood by a cookie: `mood=empty`. */
  private moodOf(request: IncomingMessage): Mood {
    return (/mood=([a-z-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'data') as Mood;
  }

  private async answer(request: IncomingMessage, mood: Mood): Promise<Response | undefined> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (mood === 'slow' && !isOpenPath(path))
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (mood === 'failing' && !isOpenPath(path))
      return problem(500, 'internal', 'The database does not answer. We know and are at it.');
    if (mood === 'forbidden' && !isOpenPath(path))
      return problem(403, 'forbidden', 'You may not see this.');
    const world = mood === 'empty' ? this.empty : this.story;
    const raw = await bodyOf(request);
    const headers = new Headers(
      Object.entries(request.headers).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value] as [string, string]] : [],
      ),
    );
    const url = `http://${request.headers.host ?? 'localhost'}${request.url ?? ''}`;
    const method = request.method ?? 'GET';
    return getResponse(
      handlersOf(world),
      new Request(url, { method, headers, body: raw === null ? null : new Uint8Array(raw) }),
    );
  }

  readonly api: Connect.NextHandleFunction = (request, response, next) => {
    if (!(request.url ?? '').startsWith('/api/')) {
      next();
      return;
    }
    void this.answer(request, this.moodOf(request)).then(
      async (answer) => {
        response.statusCode = answer?.status ?? 404;
        for (const [key, value] of answer?.headers ?? []) response.setHeader(key, value);
        response.end(answer === undefined ? '' : Buffer.from(await answer.arrayBuffer()));
      },
      () => response.destroy(),
    ); // who has gone away needs no answer
  };

  private say(id: string, message: unknown): void {
    const payload = Buffer.from(JSON.stringify(message));
    const length =
      payload.length < 126
        ? Buffer.from([0x81, payload.length])
        : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255]);
    const listeners = [...(this.sockets.get(id) ?? []), ...(this.sockets.get('all') ?? [])];
    for (const socket of listeners) socket.write(Buffer.concat([length, payload]));
  }

  readonly listen = (server: Server): void => {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      const id = /^\/ws\/executions(?:\/([^/?]+))?$/.exec(request.url ?? '')?.[1] ?? 'all';
      if (!(request.url ?? '').startsWith('/ws/executions')) return;
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key'] ?? ''}${SOCKET_GUID}`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      const listeners = this.sockets.get(id) ?? new Set();
      this.sockets.set(id, listeners.add(socket));
      socket.on('close', () => listeners.delete(socket));
      socket.on('error', () => listeners.delete(socket));
      socket.on('data', () => undefined);
    });
  };
}

/** The shell as Django renders it: facts, nonce, theme from the cookie. */
function shell(request: IncomingMessage, tags: string): { html: string; nonce: string } {
  const nonce = randomBytes(16).toString('base64');
  const host = request.headers.host ?? 'localhost';
  const isPublic = host.startsWith('localhost');
  const theme = /gorax_theme=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'system';
  const facts = {
    is_public_host: isPublic,
    public_url: `http://localhost:${host.split(':')[1] ?? '80'}`,
    live_url: `ws://${host}`,
    csrf_cookie_name: '__Host-gorax_csrf',
    theme,
    tenant: isPublic ? null : { slug: 'demo', name: 'Demo' },
  };
  const html = `<!doctype html>
<html lang="en" data-theme="${theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>gorax</title><link rel="icon" href="data:,">
<meta name="csp-nonce" nonce="${nonce}">
<script type="application/json" id="facts">${JSON.stringify(facts)}</script>
${tags}</head><body><div id="root"></div></body></html>`;
  return { html, nonce };
}

interface Chunk {
  file: string;
  css?: string[];
}

/** The tags of the built entry, as django-vite writes them. */
function builtTags(): string {
  const manifest = JSON.parse(readFileSync('../static/editor/manifest.json', 'utf8')) as Record<
    string,
    Chunk
  >;
  const entry = manifest['src/main.tsx'];
  if (entry === undefined) throw new Error('build first');
  const styles = (entry.css ?? []).map(
    (file) => `<link rel="stylesheet" href="/static/editor/${file}">`,
  );
  return [...styles, `<script type="module" src="/static/editor/${entry.file}"></script>`].join(
    '\n',
  );
}

const isPage = (request: IncomingMessage): boolean =>
  !/^\/(static|api|ws|@|src|node_modules)/.test(request.url ?? '') &&
  (request.headers.accept ?? '').includes('text/html');

function sendPage(response: ServerResponse, html: string, headers: Record<string, string>): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
  response.end(html);
}

/** Serves the API from an invented tenant, in development and for the built screen (`vite preview --mode mock`). */
export function mockServer(): PluginOption {
  return {
    name: 'gorax-mock-server',
    configureServer(server: ViteDevServer) {
      const mock = new Mock();
      if (server.httpServer !== null) mock.listen(server.httpServer as Server);
      server.middlewares.use(mock.api);
      server.middlewares.use((request, response, next) => {
        if (!isPage(request)) {
          next();
          return;
        }
        const { html } = shell(request, '<script type="module" src="/src/main.tsx"></script>');
        void server
          .transformIndexHtml(request.url ?? '/', html)
          .then((page) => sendPage(response, page, {}));
      });
    },
    configurePreviewServer(server: PreviewServer) {
      const mock = new Mock();
      mock.listen(server.httpServer as Server);
      server.middlewares.use(mock.api);
      server.middlewares.use((request, response, next) => {
        if (!isPage(request)) {
          next();
          return;
        }
        const { html, nonce } = shell(request, builtTags());
        sendPage(response, html, { 'Content-Security-Policy': CSP(nonce) });
      });
    },
  };
}
