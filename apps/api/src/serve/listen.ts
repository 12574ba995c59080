import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '@keelson/config';

export interface Listening {
  readonly server: Server;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Whether only this machine can reach the address that was bound. */
  readonly loopback: boolean;
}

/**
 * Binds an HTTP server to the address. The caller attaches its request handler in the same turn of the event loop.
 *
 * @throws Error when the address cannot be bound; its message names KEELSON_LISTEN.
 */
export async function listen({ host, port }: { readonly host: string; readonly port: number }): Promise<Listening> {
  const server = createServer({
    // Requests must arrive in time; responses, event streams among them, may take any time.
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
  });
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject);
  server.listen(port, host, bound.resolve);
  try {
    await bound.promise;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`The API cannot listen on ${host}:${port}${why}: set KEELSON_LISTEN to another address.`, {
      cause: error,
    });
  }
  server.off('error', bound.reject);
  const { address, family, port: actual } = addressOf(server);
  const ipv6 = family === 'IPv6';
  return {
    server,
    url: `http://${ipv6 ? `[${address}]` : address}:${actual}`,
    loopback: isLoopback(address),
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API does not listen on a network address.');
  return address;
}
