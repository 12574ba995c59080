import type { Server } from 'node:http';

const idleEveryMs = 50;

/** Takes no new connection, lets what is under way end, and after `graceMs` cuts what is left. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  // A connection that is kept alive is idle as soon as its answer is out, and would hold the server open.
  const idle = setInterval(() => server.closeIdleConnections(), idleEveryMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed.promise;
  clearInterval(idle);
  clearTimeout(cut);
}
