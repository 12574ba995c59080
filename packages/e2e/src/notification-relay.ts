import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '@keelson/process';

/** Takes a registry's notifications, which a registry can only be given at its start, and hands them on. */
export interface NotificationRelay {
  /** Where the registry sends them. */
  readonly url: string;
  /** Hands them on to this URL until the returned function is called; with no such URL they are dropped. */
  forwardTo(url: string): () => void;
  stop(): Promise<void>;
}

export async function startNotificationRelay(): Promise<NotificationRelay> {
  const targets = new Set<string>();
  const handOn = async (incoming: IncomingMessage): Promise<number> => {
    const body = await buffer(incoming);
    const { 'content-type': type = 'application/json' } = incoming.headers;
    const headers = { 'content-type': type };
    const answers = await Promise.allSettled([...targets].map((url) => fetch(url, { method: 'POST', headers, body })));
    return answers.some((answer) => answer.status === 'rejected' || !answer.value.ok) ? 502 : 202;
  };
  const server = createServer((incoming, outgoing) => {
    handOn(incoming).then(
      (status) => outgoing.writeHead(status).end(),
      () => outgoing.destroy(),
    );
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}/`,
    forwardTo(url) {
      targets.add(url);
      return () => targets.delete(url);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
