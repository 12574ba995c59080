import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { BranchPush } from '../pushes.ts';
import { readPushes, secretHeader } from '../pushes.ts';

export interface PushListener {
  readonly stop: () => Promise<void>;
}

/**
 * Hears of pushes from the hook, over HTTP on loopback; only who can read `targetFile` knows the secret.
 *
 * @param onPush returns what `git push` prints
 */
export async function listenForPushes(
  targetFile: string,
  onPush: (pushes: readonly BranchPush[]) => readonly string[],
): Promise<PushListener> {
  const secret = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    if (request.headers[secretHeader] !== secret) {
      response.writeHead(403).end();
      return;
    }
    text(request).then(
      (input) => {
        const lines = onPush(readPushes(input));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ lines }));
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  await writeFile(targetFile, JSON.stringify({ url: `http://127.0.0.1:${address.port}/`, secret }), { mode: 0o600 });
  return {
    stop: async () => {
      // First, so that a later push prints that the demo is not running.
      await rm(targetFile, { force: true });
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
