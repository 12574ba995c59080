import type { Server } from 'node:http';

const idleEveryMs = 50;

/** Accepts no new connection, waits for open requests, and closes what is left after `graceMs` milliseconds. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  // A kept-alive connection is idle as soon as its response is sent, and would keep the server open.
  const idle = setInterval(() => server.closeIdleConnections(), idleEveryMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed.promise;
  clearInterval(idle);
  clearTimeout(cut);
}
