import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { listen } from '@keelson/process';
import type { BranchPush } from '../pushes.ts';
import { readPushes } from '../pushes.ts';

export interface PushListener {
  readonly stop: () => Promise<void>;
}

/**
 * Hears of pushes from the hook, on loopback; only who can read `targetFile` knows the secret. The hook runs at each push: what it says, a line with
 * the secret and then what git gave it, needs no library to start.
 *
 * @param onPush returns what `git push` prints
 */
export async function listenForPushes(
  targetFile: string,
  onPush: (pushes: readonly BranchPush[]) => readonly string[],
): Promise<PushListener> {
  const secret = randomBytes(24).toString('hex');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    text(socket).then(
      (said) => {
        if (!said.startsWith(`${secret}\n`)) return socket.resetAndDestroy();
        const lines = onPush(readPushes(said.slice(secret.length + 1)));
        return socket.end(lines.map((line) => `${line}\n`).join(''));
      },
      () => socket.destroy(),
    );
  });
  const port = await listen(server, 0);
  await writeFile(targetFile, `${port}\n${secret}\n`, { mode: 0o600 });
  return {
    stop: async () => {
      // First, so that a later push prints that the demo is not running.
      await rm(targetFile, { force: true });
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
