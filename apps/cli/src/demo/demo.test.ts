import type { ChildProcessByStdio } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hostEnvironment } from '@keelson/config';
import { describe, expect, it, vi } from 'vitest';
import { listeningAddresses } from '../testing/listening.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A CI job's: picocolors takes it for a terminal that shows colours, though the output goes into a pipe. */
const env = { ...hostEnvironment(), CI: 'true', NO_COLOR: undefined };
const wait = { timeout: 480_000, interval: 100 };

/** What the demo printed, and a way to type at its prompt. */
function terminal(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  return {
    get output() {
      return output;
    },
    type: (line: string) => child.stdin.write(`${line}\n`),
    /** Waits for a line that is printed after everything that was printed before `from`. */
    printed: (line: RegExp, from = 0) =>
      vi.waitFor(() => {
        const found = line.exec(output.slice(from));
        if (found === null) throw new Error(`${line} was not printed`);
        return found[0];
      }, wait),
  };
}

/** The commands that the invitation prints, as one copies them, in their order. */
function invited(output: string): string {
  const commands = output
    .slice(output.indexOf('It stays up.'))
    .split('\n')
    .filter((line) => /^ {4}(?:cd|git|sed) /.test(line));
  return commands.join('\n');
}

const page = async (output: string, environment: string): Promise<string> => {
  const [, url = ''] = new RegExp(`page +${environment} +(http\\S+)`).exec(output) ?? [];
  return (await fetch(url)).text();
};

describe('keelson demo', { timeout: 1_200_000 }, () => {
  it('runs the story on loopback only, keeps its invitation word for word, and leads out of a hold at its prompt', async ({
    onTestFailed,
    onTestFinished,
  }) => {
    const child = spawn(process.execPath, [main, 'demo'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const errors = text(child.stderr);
    const ended = once(child, 'exit');
    const screen = terminal(child);
    onTestFinished(() => void child.kill('SIGINT'));
    onTestFailed(() => void process.stdout.write(screen.output));
    await screen.printed(/Or type here:[\s\S]*quit/, 0);

    const story = screen.output;
    for (const line of [
      /job +staging +myapp:docker-dev passed/,
      /succeeded +myapp-staging +The new revision/,
      /page +staging +\S+ shows 1\.1\.0 .* from 1 pod;/,
      /soaking +myapp +2 pods/,
      /succeeded +myapp +The new revision was available, and stayed so/,
      /page +production +\S+ shows 1\.1\.0 .* from 2 pods; \d+ requests so far, 0 of them failed/,
      /failed +myapp .*keeps crashing/,
      /log +Error: DATABASE_URL is not set/,
      /quarantined +myapp .*failed here/,
      /rollback +myapp /,
      /pipeline +main .*no app was changed, nothing to build/,
      /flux +myapp +main at \w+ reconciled: 8 objects match git, nothing to change/,
    ]) {
      expect(story).toMatch(line);
    }
    // The history that the API returns: newest first, with the end of each rollout.
    expect(story).toMatch(
      /myapp +update +latest.*succeeded[\s\S]*myapp +rollback +latest.*succeeded[\s\S]*myapp +update +latest.*failed[\s\S]*myapp-staging +update +dev-staging.*succeeded/,
    );

    // Nothing of it can be reached from another machine.
    const addresses = existsSync('/proc/net/tcp') ? await listeningAddresses(child.pid ?? 0) : ['127.0.0.1'];
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));

    const invitation = invited(story);
    expect(invitation.split('\n').map((line) => line.trim().split(' ').slice(0, 2).join(' '))).toEqual([
      expect.stringMatching(/^cd /),
      'git checkout',
      'sed -i.bak',
      'git commit',
      'git push',
      'git checkout',
      'git merge',
      'git push',
    ]);
    await promisify(execFile)('sh', ['-ec', invitation]);
    await vi.waitFor(async () => {
      expect(await page(story, 'staging')).toContain('Served by');
      expect(await page(story, 'production')).toContain('Served by');
    }, wait);

    // The story's own failure does not count: a push succeeded since.
    let before = story.length;
    for (const _ of ['first', 'second']) {
      screen.type('push main --crash');
      await screen.printed(/rollback +myapp [\s\S]*succeeded +myapp /, before);
      before = screen.output.length;
    }
    screen.type('push main --crash');
    await screen.printed(/on hold +myapp +3 pushes failed one after the other.* Type: resume myapp/, story.length);
    screen.type('push main');
    await screen.printed(
      /waiting +myapp +commit \w+ is built, and not rolled out: .* Type: resume myapp/,
      story.length,
    );
    const held = screen.output.length;
    screen.type('resum myapp');
    screen.type('why myapp');
    screen.type('resume myapp');
    await screen.printed(/resumed +myapp [\s\S]*detected +myapp [\s\S]*succeeded +myapp /, held);
    screen.type('status');
    await screen.printed(/\n +myapp +http\S+ +\w{12} +(?!on hold)/, held);
    screen.type('quit');

    expect(await ended).toEqual([0, null]);
    expect(await errors).toBe('');
    expect(screen.output).not.toContain('\u001B[');
    const answered = screen.output.slice(held);
    expect(answered).toMatch(/There is no command "resum"\. Did you mean "resume"\?/);
    expect(answered).toMatch(/ {2}myapp: .*3 pushes failed one after the other within an hour/);
    expect(answered).not.toMatch(/failed +myapp/);
  });

  it('ends at Ctrl-C in the middle of a pipeline, and leaves nothing behind', async () => {
    const child = spawn(process.execPath, [main, 'demo'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
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
