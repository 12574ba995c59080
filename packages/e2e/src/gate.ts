import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';

/** Stands before a registry. Closed, it takes requests and answers none of them; open, it hands them on, those that wait too. */
export interface Gate {
  readonly url: string;
  /** Requests that wait now. */
  readonly held: number;
  open(): void;
  close(): void;
  stop(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  let opening: PromiseWithResolvers<void> | undefined;
  let held = 0;
  const handOn = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    if (!opening) return handOn(incoming, outgoing);
    held += 1;
    outgoing.once('close', () => {
      held -= 1;
    });
    void opening.promise.then(() => handOn(incoming, outgoing));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');

  const open = () => {
    opening?.resolve();
    opening = undefined;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    get held() {
      return held;
    },
    open,
    close() {
      opening ??= Promise.withResolvers();
    },
    async stop() {
      open();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
