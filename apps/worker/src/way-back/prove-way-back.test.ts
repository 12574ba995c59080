import { expect, it } from 'vitest';
import { pullSecret } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const path = (reference: string) => `/v2/${ns.namespace}/app/manifests/${reference}`;
const heads = (digest: string) =>
  ns.env.registry.requests.filter((request) => request.method === 'HEAD' && request.path === path(digest)).length;
const warnings = async (name: string) =>
  (await ns.state(name)).record.warnings
    .filter(({ code }) => code === 'way-back-at-risk')
    .map(({ message }) => message);

/** Workloads that run one image, which was found good. */
async function good(...names: readonly string[]): Promise<string> {
  const digest = await ns.push('latest');
  for (const name of names) ns.deploy(name, { images: { app: ns.image('latest') } });
  await ns.settled(...names);
  await ns.record(...names);
  for (const name of names) await ns.check(name);
  return digest;
}

it('one HEAD proves the last good image of all workloads that share it (laws 10 and 15)', async () => {
  const digest = await good('web', 'api', 'jobs');
  const before = ns.env.registry.requests.length;
  const from = Date.now();
  await Promise.all(['web', 'api', 'jobs'].map((name) => ns.prove(name, from)));
  // Later, and in another process: the answer is kept in Redis.
  await ns.prove('web', from);

  expect(heads(digest)).toBe(1);
  expect(ns.env.registry.requests.length - before).toBe(1);
  expect((await ns.state('jobs')).proofs?.['app']).toMatchObject({ digest, seenAt: expect.any(Number) });
  expect(await warnings('web')).toEqual([]);
});

it('a last good image that is gone is a warning at once, until it is seen again (law 15)', async () => {
  const digest = await good('web', 'api');
  const manifest = await fetch(`${ns.env.registry.url}${path(digest)}`);
  const type = manifest.headers.get('content-type') ?? '';
  const body = await manifest.text();
  await ns.push('latest');
  await fetch(`${ns.env.registry.url}${path(digest)}`, { method: 'DELETE' });
  const from = Date.now();
  await ns.prove('web', from);
  await ns.prove('api', from);

  for (const name of ['web', 'api']) {
    expect(await warnings(name)).toEqual([
      expect.stringMatching(/is no longer in its registry, which answered so first/),
    ]);
  }
  expect(heads(digest), 'a refusal is shared, too').toBe(1);
  const since = (await ns.state('web')).proofs?.['app']?.failed?.since;
  await ns.prove('web');
  expect((await ns.state('web')).proofs?.['app']?.failed?.since, 'since the first refusal').toBe(since);

  await fetch(`${ns.env.registry.url}${path(digest)}`, { method: 'PUT', headers: { 'content-type': type }, body });
  await ns.prove('web');
  expect(await warnings('web')).toEqual([]);
});

it('a registry that does not answer proves nothing, and no warning says that the image is gone (law 15)', async () => {
  const digest = await good('web');
  const fault = { path: new RegExp(digest), fault: { type: 'status', status: 403 } } as const;
  const remove = ns.env.registry.faults.inject(fault);
  await ns.prove('web');
  remove();

  const { proofs } = await ns.state('web');
  expect(proofs?.['app']).toMatchObject({ failed: { code: 'unauthorized' } });
  expect(await warnings('web')).toEqual([]);
});

it('what a failed request says does not hide that the image is gone, nor since when nothing is known (law 15)', async () => {
  const digest = await good('web');
  const prove = async (status: number) => {
    const remove = ns.env.registry.faults.inject({ path: new RegExp(digest), fault: { type: 'status', status } });
    await ns.prove('web');
    remove();
    return (await ns.state('web')).proofs?.['app']?.failed;
  };

  const first = await prove(403);
  expect(await prove(400)).toMatchObject({ code: 'protocol', since: first?.since });
  const gone = await prove(404);
  expect(gone?.code).toBe('not-found');
  expect(await prove(403)).toEqual(gone);
  expect(await warnings('web')).toEqual([expect.stringContaining('no longer in its registry')]);
});

it('equal images are proven apart for workloads with other credentials (law 10)', async () => {
  const digest = await good('web');
  ns.env.cluster.apply(pullSecret(ns.namespace, 'own', ns.env.registry.host, 'me', 'secret'));
  ns.deploy('api', { images: { app: ns.image('latest') }, pullSecrets: ['own'] });
  await ns.settled('api');
  await ns.record('api');
  await ns.check('api');
  const from = Date.now();
  await ns.prove('web', from);
  await ns.prove('api', from);

  expect(heads(digest)).toBe(2);
});

it('a check that a user requests proves the way back too, and so does one that finds that the tag moved on (law 15)', async () => {
  const digest = await good('web');
  await ns.runFunctions(async () => expect(heads(digest)).toBe(1));
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  expect(await warnings('web')).toEqual([
    expect.stringMatching(new RegExp(`may be deleted.*${bad.slice(0, 19)}.*a guess`)),
  ]);
  await fetch(`${ns.env.registry.url}${path(digest)}`, { method: 'DELETE' });
  await ns.check('web');
  await ns.work(async () =>
    expect(await warnings('web')).toEqual([expect.stringContaining('no longer in its registry')]),
  );
});
