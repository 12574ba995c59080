import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

function keelson(...args: readonly string[]) {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

describe.concurrent('keelson demo', { timeout: 300_000 }, () => {
  it('plays the whole story unattended and ends with 0', async ({ onTestFailed }) => {
    const child = keelson('demo', '--script');
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);

    onTestFailed(() => void process.stdout.write(output));
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    for (const line of [
      /job +staging +myapp:docker-dev passed/,
      /succeeded +myapp-staging +The new revision/,
      /page +staging +\S+ shows 1\.1\.0 .* from 1 pod;/,
      /soaking +myapp +2 pods/,
      /succeeded +myapp +The new revision was available, and stayed so/,
      /page +production +\S+ shows 1\.1\.0 .* from 2 pods; \d+ requests so far, 0 of them failed/,
      /failed +myapp .*keeps crashing/,
      /log +Error: DATABASE_URL is not set/,
      /kept out +myapp .*failed here/,
      /back +myapp /,
      /pipeline +main .*no app was changed, nothing to build/,
      /flux +myapp +main at \w+ reconciled: 8 objects are as git says, nothing to change/,
    ]) {
      expect(output).toMatch(line);
    }
    // The history that the API gave: newest first, with how each ended.
    expect(output).toMatch(
      /myapp +update +latest.*succeeded[\s\S]*myapp +rollback +latest.*succeeded[\s\S]*myapp +update +latest.*failed[\s\S]*myapp-staging +update +dev-staging.*succeeded/,
    );
  });

  it('stays up, pushes what is typed, says what it does not know, and goes at "quit"', async () => {
    const child = keelson('demo', '--no-story');
    let output = '';
    const shown = (wanted: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => wanted.test(output) && resolve();
        child.stdout.on('data', look);
        look();
      });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    const ended = once(child, 'exit');

    await shown(/It stays up/);
    child.stdin.write('push nothing\npush main --cras\nfrobnicate\n');
    await shown(/push where\? main or staging[\s\S]*push knows only --crash, not --cras[\s\S]*Or type here:/);
    output = '';
    child.stdin.write('push staging\n');
    await shown(/succeeded +myapp-staging/);
    child.stdin.write('workloads\n');
    await shown(/myapp-staging[\s\S]*every 1m/);
    child.stdin.write('quit\n');

    expect(await ended).toEqual([0, null]);
  });
});
