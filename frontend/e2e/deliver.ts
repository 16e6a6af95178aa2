import { createHmac } from 'node:crypto';
import { request } from 'node:http';

interface Told {
  status: number | undefined;
  text: string;
}

/** Sends a delivery from outside to a webhook of a tenant, signed as its code says. Only browsers know that *.localhost is this machine. */
export async function deliver(
  home: string,
  path: string,
  secret: string,
  body: object,
): Promise<Told> {
  const raw = JSON.stringify(body);
  const { host, port } = new URL(home);
  const headers = {
    Host: host,
    'Content-Type': 'application/json',
    'X-Webhook-Signature': createHmac('sha256', secret).update(raw).digest('hex'),
  };
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, path: `/webhooks/${path}`, method: 'POST', headers };
    const sent = request(to, (answer) => {
      let text = '';
      answer.on('data', (piece: Buffer) => (text += piece.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(raw);
  });
}
