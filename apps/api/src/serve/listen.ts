import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '@keelson/config';

export interface Listening {
  readonly server: Server;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Whether the address that was really bound can be reached from this machine only. */
  readonly loopback: boolean;
}

/**
 * Binds the port. Requests are the caller's to attach, in the same turn.
 *
 * @throws Error with a sentence when it cannot be bound (yours: another port, or more rights).
 */
export async function listen({ host, port }: { readonly host: string; readonly port: number }): Promise<Listening> {
  const server = createServer({
    // A request has to arrive in full; answers, and event streams among them, may take as long as they like.
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
  if (address === null || typeof address === 'string') throw new Error('The API listens on no network address.');
  return address;
}
