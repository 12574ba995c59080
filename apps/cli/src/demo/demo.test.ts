import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('keelson demo', { timeout: 300_000 }, () => {
  it('plays the whole story unattended and ends with 0', async ({ onTestFailed }) => {
    const child = spawn(process.execPath, [MAIN, 'demo', '--script'], { stdio: ['ignore', 'pipe', 'pipe'] });
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

  it('ends at Ctrl-C in the middle of a pipeline, and leaves nothing behind', async () => {
    const child = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      output += chunk;
      if (/pipeline +main/.test(output)) child.kill('SIGINT');
    }

    expect(await ended).toEqual([130, null]);
    const [folder = ''] = /\S+keelson-demo-[^/]+/.exec(output) ?? [];
    expect(folder).toMatch(/^\//);
    expect(existsSync(folder)).toBe(false);
  });
});
