import { once } from 'node:events';
import { createServer } from 'node:net';
import { listen } from './listen.ts';

/** A TCP port on 127.0.0.1 that was free just now. Another process may take it before the caller does. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, 'close');
  return port;
}
