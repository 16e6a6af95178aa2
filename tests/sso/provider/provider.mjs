// A real OpenID Connect provider on loopback, steered by the tests over `/control/…` on the same port.
// node provider.mjs → prints its issuer. One process is one issuer.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const people = new Map();
let clients = [];
let keys = [makeKey()];
let issuer = '';
let provider = null;
let isDown = false;

function makeKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

function build() {
  provider = new Provider(issuer, {
    clients,
    jwks: { keys },
    cookies: { keys: ['loopback'] },
    conformIdTokenClaims: false,
    // It refuses loopback by itself, as we do.
    fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = form;
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = 'signed out';
        },
      },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const claims = people.get(sub);
      return claims && { accountId: sub, claims: () => ({ sub, ...claims }) };
    },
  });
}

// Whoever is named by `login_hint` is signed in, and agrees to everything; `nobody` turns back.
async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const { params, prompt, session } = details;
  const person = [...people].find(([sub, { email }]) => [sub, email].includes(params.login_hint));
  if (prompt.name === 'login' && person === undefined) {
    const refusal = { error: 'access_denied', error_description: 'turned back' };
    return provider.interactionFinished(request, response, refusal);
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: person[0] } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } });
}

async function control(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
  const name = request.url.slice('/control/'.length);
  if (name === 'person') people.set(body.sub, body.claims);
  if (name === 'gone') people.delete(body.sub);
  if (name === 'client') clients = [...clients.filter((each) => each.client_id !== body.client_id), body];
  if (name === 'rotate') keys = [makeKey()];
  if (name === 'down') isDown = body.is_down;
  if (name === 'client' || name === 'rotate') build();
  response.end('{}');
}

const server = createServer((request, response) => {
  const failed = (reason) => response.writeHead(500).end(String(reason));
  if (request.url.startsWith('/control/')) return control(request, response).catch(failed);
  if (isDown) return response.writeHead(503).end('away');
  if (request.url.startsWith('/interaction/')) return interact(request, response).catch(failed);
  return provider.callback()(request, response);
});
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  build();
  console.log(issuer);
});
