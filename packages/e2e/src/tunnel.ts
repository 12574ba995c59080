import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { listen } from '@keelson/process';

/** Carries connections to one port of the loopback. Cut, it drops them all, as the death of a process at either end does. */
export interface Tunnel {
  readonly port: number;
  /** From now on nothing goes through, and new connections are closed. */
  cut(): void;
  restore(): void;
  stop(): void;
}

export async function startTunnel(target: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay();
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const port = await listen(server, 0);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    restore() {
      isCut = false;
    },
    stop() {
      cut();
      server.close();
    },
  };
}
