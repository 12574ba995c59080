import { readFile } from 'node:fs/promises';
import { hookAnswer, hookTarget, secretHeader } from '../pushes.ts';

const away = 'The demo is not running, so nothing is built. Start it (npm run demo), then push again.';

/** Reports a push to the forge, and returns what to print. A push succeeds even when no forge runs. */
export async function announce(targetFile: string, input: string): Promise<readonly string[]> {
  try {
    const { url, secret } = hookTarget.parse(JSON.parse(await readFile(targetFile, 'utf8')));
    const response = await fetch(url, {
      method: 'POST',
      body: input,
      headers: { [secretHeader]: secret },
      signal: AbortSignal.timeout(5_000),
    });
    return hookAnswer.parse(await response.json()).lines;
  } catch {
    return [away];
  }
}
