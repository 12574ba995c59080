import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200 } },
);

/** What is kept of a rollout of an image that crashes with this log. */
async function evidenceOf(log: string, annotations: Readonly<Record<string, string>> = {}) {
  await ns.running('web', { annotations: { ...followed, ...annotations } });
  const id = await ns.begin('web', await ns.push('latest', { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': log }));
  await ns.write(id);
  const { evidence } = await soon(async () => {
    const rollout = await ns.verify(id);
    expect(rollout.state).toBe('failed');
    return rollout;
  });
  return evidence;
}

it('a crash log is kept without its secrets, and with what hides text escaped (laws 12 and 17)', async () => {
  const log = [
    'connecting to postgres://shop:hunter2@db:5432/shop',
    'DB_PASSWORD=hunter2',
    '> Authorization: Bearer hunter2',
    'GET https://blobs.example/o?X-Amz-Signature=hunter2',
    '\u001B[2Kall good\u202E',
  ].join('\n');

  const kept = await evidenceOf(log);

  expect(kept?.log).toContain('postgres://shop:[secret]@db:5432/shop\nDB_PASSWORD=[secret]\n');
  expect(kept?.log).toContain('\\x1b[2Kall good\\u202e');
  expect(kept?.log).not.toContain('hunter2');
});

it('the first line of a log that was cut is not kept, since it may begin within a secret (law 12)', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);

  const kept = await evidenceOf(lines.join('\n'));

  expect(kept?.log?.trimEnd().split('\n')).toEqual(lines.slice(-20));
});

it('keelson.sh/logs: "off" keeps the log from being requested and kept (law 12)', async () => {
  const kept = await evidenceOf('boom', { 'keelson.sh/logs': 'off' });

  expect(kept).toMatchObject({ container: 'app', exitCode: 1 });
  expect(kept).not.toHaveProperty('log');
  expect(
    ns.env.cluster.requests.filter(({ path }) => path.includes(`${ns.namespace}/pods/`) && path.includes('/log')),
  ).toEqual([]);
});
