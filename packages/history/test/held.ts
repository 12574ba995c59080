import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export interface Held {
  /** Connects to the same Redis. */
  readonly url: string;
  /** Settles when a script waits here. */
  readonly waiting: Promise<void>;
  letThrough(): void;
}

/** A proxy to a Redis that holds the first script and everything after it, so that the data read before is old when the script runs. */
export async function holdScripts(redisUrl: string): Promise<Held & AsyncDisposable> {
  const waiting = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const { hostname, port } = new URL(redisUrl);
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname);
    let before = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      if (chunk.includes('EVALSHA')) {
        waiting.resolve();
        before = open.promise;
      }
      void before.then(() => redis.write(chunk));
    });
    redis.pipe(client);
    client.on('close', () => redis.destroy());
    for (const socket of [client, redis]) socket.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    waiting: waiting.promise,
    letThrough: open.resolve,
    [Symbol.asyncDispose]: async () => {
      open.resolve();
      server.close();
    },
  };
}
