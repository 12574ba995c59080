import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const away = 'The demo is not running, so nothing is built. Start it (npm run demo), then push again.\n';
const patienceMs = 5_000;

/** Reports a push to the forge, and returns what to print. A push succeeds even when no forge runs. */
export async function announce(targetFile: string, input: string): Promise<string> {
  try {
    const [port, secret] = (await readFile(targetFile, 'utf8')).split('\n');
    const socket = connect(Number(port), '127.0.0.1');
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('the forge does not answer')));
    socket.end(`${secret}\n${input}`);
    return await text(socket);
  } catch {
    return away;
  }
}
