import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on that port of the loopback interface, or on any free one when it is taken. @returns the port */
export async function listenOn(server: Server, port: number): Promise<number> {
  try {
    return await tryPort(server, port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return await tryPort(server, 0);
  }
}

async function tryPort(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  return address.port;
}
