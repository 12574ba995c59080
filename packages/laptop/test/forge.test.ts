import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ForgeBench } from '../src/ci/testing/forge-bench.ts';
import { createForgeBench, password } from '../src/ci/testing/forge-bench.ts';
import { siteFiles } from '../src/ci/testing/site-files.ts';

const revision = 'org.opencontainers.image.revision';

let bench: ForgeBench;

/** Pushes, and waits until its pipeline has ended. @returns what git printed */
async function push(...args: readonly string[]): Promise<string> {
  const said = await bench.git('push', ...args);
  await bench.forge.settled();
  return said;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a forge on a laptop', () => {
  beforeAll(async () => {
    bench = await createForgeBench(siteFiles, 'site');
  });
  afterAll(() => bench.stop());
  beforeEach(() => {
    bench.events.length = 0;
  });

  it('a forge starts with one commit on both branches, and builds each as if it were new', async () => {
    const head = await bench.forge.head('main');
    const states = await Promise.all([bench.forge.build('main'), bench.forge.build('staging')]);

    expect(states).toEqual(['passed', 'passed']);
    expect(await bench.forge.head('staging')).toBe(head);
    expect(await bench.labels('latest')).toEqual({ [revision]: head });
    expect(await bench.labels('dev-staging')).toEqual({ [revision]: head });
    expect(await bench.forge.head('other')).toBeUndefined();
    await expect(bench.forge.build('other')).rejects.toThrow('has no branch other');
  });

  it('a push to staging changes :dev-staging only, from the files of that commit', async () => {
    const before = await bench.digest('latest');
    await bench.git('checkout', '--quiet', 'staging');
    const commit = await bench.commit({ 'apps/site/main.js': 'console.log(2);\n' });

    const said = await push('origin', 'staging');

    expect(said).toContain(`remote: Pipeline 3 for staging at ${commit.slice(0, 8)}: watch the demo's terminal.`);
    expect(await bench.labels('dev-staging')).toEqual({ [revision]: commit });
    expect(await bench.digest(`staging-${commit.slice(0, 8)}-3`)).toBe(await bench.digest('dev-staging'));
    expect(await bench.digest('latest')).toBe(before);
    expect(
      bench.events.map((event) => [event.type, event.type === 'job' ? event.name : event.branch, event.state]),
    ).toEqual([
      ['pipeline', 'staging', 'running'],
      ['job', 'site:test', 'running'],
      ['job', 'site:test', 'passed'],
      ['job', 'site:docker-dev', 'running'],
      ['job', 'site:docker-dev', 'passed'],
      ['pipeline', 'staging', 'passed'],
    ]);
    expect(await bench.forge.filesAt(commit, 'apps/site')).toHaveLength(4);
    expect((await bench.forge.filesAt(commit, '.')).get('apps/site/main.js')).toBe('console.log(2);\n');
    const log = await readFile(bench.job('site:docker-dev')?.log ?? '', 'utf8');
    expect(log).toContain('Login Succeeded');
    expect(log).toContain('dev-staging: digest: sha256:');
    expect(log).not.toContain(password);
  });

  it('a push of documents only runs no job', async () => {
    await bench.commit({ 'README.md': 'Other words.\n' });

    await push('origin', 'staging');

    expect(bench.events.map(({ state }) => state)).toEqual(['running', 'empty']);
  });

  it('a push whose tests fail builds no image, and its event says why', async () => {
    const before = await bench.digest('dev-staging');
    await bench.commit({ 'apps/site/check.js': "console.error('the sky is green');\nprocess.exit(1);\n" });

    await push('origin', 'staging');

    expect(bench.last()).toBe('failed');
    expect(bench.job('site:test')).toMatchObject({ state: 'failed', tail: ['the sky is green'] });
    expect(bench.job('site:docker-dev')?.state).toBe('skipped');
    expect(await bench.digest('dev-staging')).toBe(before);
  });

  it('a forced push is compared with the commits that it replaces', async () => {
    await bench.git('reset', '--quiet', '--hard', 'HEAD~1');

    await push('--force', 'origin', 'staging');

    expect(bench.last()).toBe('passed');
    expect(await bench.labels('dev-staging')).toEqual({ [revision]: await bench.forge.head('staging') });
  });

  it('a push of a new branch runs every job, and names its image after the branch', async () => {
    await bench.git('checkout', '--quiet', '-b', 'feature/Some_Thing');
    const commit = await bench.commit({ 'README.md': 'Words of a branch.\n' });

    await push('origin', 'feature/Some_Thing');

    expect(await bench.labels('dev-feature-some-thing')).toEqual({ [revision]: commit });
  });

  it('a push of a tag or a deleted branch runs no pipeline', async () => {
    await bench.git('tag', 'v1');

    const said = [await push('origin', 'v1'), await push('--delete', 'origin', 'feature/Some_Thing')];

    expect(said.join('\n')).not.toContain('Pipeline');
    expect(bench.events).toEqual([]);
  });

  it('a push of an invalid pipeline fails with a reason', async () => {
    await bench.git('checkout', '--quiet', 'main');
    await bench.commit({ '.gitlab-ci.yml': 'site:\n  skript: [true]\n' });

    await push('origin', 'main');

    expect(bench.events.at(-1)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('.gitlab-ci.yml cannot be used'),
    });
  });

  it('a pipeline passes with an allowed failure, and skips manual jobs', async () => {
    const jobs = 'a:\n  script: [echo hm, exit 4]\n  allow_failure: true\nb:\n  script: [echo b]\n  when: manual\n';
    await bench.commit({ '.gitlab-ci.yml': jobs });

    await push('origin', 'main');

    expect(bench.last()).toBe('passed');
    expect(bench.job('a')).toMatchObject({ state: 'warned', tail: ['hm'] });
    expect(bench.job('b')?.state).toBe('skipped');
  });

  it('a forge that stops ends its jobs with all processes, and later pushes print that the demo is not running', async () => {
    const jobs = 'slow:\n  script:\n    - sleep 987 & echo $! > pid\n    - mv pid ../../../pid\n    - sleep 987\n';
    await bench.commit({ '.gitlab-ci.yml': jobs });
    await bench.git('push', 'origin', 'main');
    const pidFile = join(bench.forge.remote, '../../pipelines/pid');
    await expect.poll(() => readFile(pidFile, 'utf8').catch(() => '')).not.toBe('');
    const pid = Number(await readFile(pidFile, 'utf8'));

    await bench.forge.stop();

    expect(bench.last()).toBe('stopped');
    // Who was killed is gone only when the machine's first process has seen it.
    await expect.poll(() => isThere(pid), { timeout: 5_000 }).toBe(false);
    await bench.commit({ 'README.md': 'Nobody hears this.\n' });
    expect(await bench.git('push', 'origin', 'main')).toContain(
      'remote: The demo is not running, so nothing is built.',
    );
    expect(await bench.forge.head('main')).toBe(await bench.git('rev-parse', 'HEAD'));
    expect(await readdir(join(bench.forge.remote, '../../pipelines/1'))).toEqual(['logs']);
  });
});
