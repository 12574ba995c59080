import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { bounds } from '@keelson/core';

/**
 * Cuts a connection that sends more requests than it waits for. Node starts all that it has read, and keeps each response until the one before it is sent: 64 KB of
 * requests would be a gigabyte of responses that nobody reads, and whoever reaches the port needs no token for that.
 */
export function limitPipelined(server: Server): void {
  const open = new WeakMap<Duplex, number>();
  server.prependListener('request', ({ socket }, outgoing) => {
    const count = (open.get(socket) ?? 0) + 1;
    open.set(socket, count);
    if (count > bounds.requestsOfConnection) socket.destroy();
    outgoing.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
  });
}
