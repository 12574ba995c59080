import { once } from 'node:events';
import type { Server } from 'node:net';

/**
 * Listens on 127.0.0.1 and resolves with the port.
 *
 * @param port 0 for any free port
 * @throws the server's error, such as EADDRINUSE
 */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  return address.port;
}
