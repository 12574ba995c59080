import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Stands between a client and a server, so that a test can cut the line or let it go dead. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection that is there; new ones are let through. */
  cut(): void;
  /** Refuses new connections and cuts the old ones, until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let paused = false;
  const server = createServer((near) => {
    if (paused) return void near.destroy();
    const far = connect(port, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    pause() {
      paused = true;
      cut();
    },
    resume() {
      paused = false;
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
