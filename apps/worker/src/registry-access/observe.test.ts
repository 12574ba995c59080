import type { Digest } from '@keelson/image';
import { parseReference } from '@keelson/image';
import type { Credential } from '@keelson/registry';
import { createRegistryClient } from '@keelson/registry';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { observe } from './observe.ts';

let ns: TestNamespace;
let pushed: Digest;
useTestNamespace(
  async (opened) => {
    ns = opened;
    pushed = await ns.push('latest');
    ns.env.registry.faults.clear();
  },
  { auth: { type: 'basic', users: { ann: 'right', bob: 'right' } } },
);

const ring = (identity: string, ...passwords: string[]) => ({
  share: 'ns',
  identity,
  credentials: passwords.map((password): Credential => ({ type: 'basic', username: 'ann', password })),
});
const heads = () =>
  ns.env.registry.requests.filter(({ method, path }) => method === 'HEAD' && path.includes(ns.namespace));

function read(keyring: ReturnType<typeof ring>, deps = ns.deps) {
  const image = parseReference(ns.image('latest'));
  return observe(deps, { image, keyring, notBefore: begun, signal: new AbortController().signal });
}
let begun: number;
beforeEach(() => {
  begun = Date.now();
});

it('observe sends one HEAD for all checks of the same interval and credentials (law 10)', async () => {
  // The first request learns how this host authenticates; later ones need no more than a HEAD.
  await read(ring('ns/a', 'right'));
  const before = heads().length;
  begun = Date.now() + 1;
  await vi.waitUntil(() => Date.now() >= begun, { interval: 1 });
  const keyring = ring('ns/a', 'right');

  const digests = await Promise.all([read(keyring), read(keyring), read(ring('ns/a', 'right'))]);
  digests.push(await read(keyring));

  expect(digests).toEqual([pushed, pushed, pushed, pushed]);
  expect(heads().length - before).toBe(1);
});

it('observe shares no answer between different credentials (law 10)', async () => {
  await read(ring('ns/good', 'right'));

  await expect(read(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });
  await expect(read(ring(''))).rejects.toMatchObject({ code: 'unauthorized' });
});

it.each([401, 403, 404])('a %s for others keeps nobody from reading the tag (law 10)', async (status) => {
  const fault = { type: 'status', status } as const;
  const remove = ns.env.registry.faults.inject({ path: ns.namespace, fault });
  const strangers = Array.from({ length: 10 }, (_, n) => ring(`stranger/${n}`, 'wrong'));
  const refused = await Promise.allSettled(strangers.map((stranger) => read(stranger)));
  remove();

  const digests = await Promise.all([
    read(ring('ns/good', 'right')),
    ...strangers.map((stranger) => read(stranger).catch(() => undefined)),
  ]);

  expect(new Set(refused.map((one) => one.status))).toEqual(new Set(['rejected']));
  expect(digests[0]).toBe(pushed);
});

it('observe answers a workload with good credentials after another process had bad ones', async () => {
  await expect(read(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });
  const other = { ...ns.deps, registry: createRegistryClient({ insecureHosts: ['127.0.0.1:*'] }) };

  expect(await read(ring('ns/good', 'right'), other)).toBe(pushed);
  await other.registry.close();
});

it('observe reads whether a digest is still there, apart from its tag', async () => {
  const { tag: _, ...image } = parseReference(ns.image('latest'));
  const request = { keyring: ring('ns/a', 'right'), notBefore: begun, signal: new AbortController().signal };
  const gone = `sha256:${'4'.repeat(64)}` as const;

  expect(await observe(ns.deps, { image: { ...image, digest: pushed }, ...request })).toBe(pushed);
  await expect(observe(ns.deps, { image: { ...image, digest: gone }, ...request })).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('observe does not retry a failure that is unrelated to credentials', async () => {
  ns.env.registry.faults.inject({ path: ns.namespace, fault: { type: 'status', status: 500 } });
  const reads = [read(ring('ns/a', 'right')), read(ring('ns/a', 'right'))];

  for (const one of reads) await expect(one).rejects.toMatchObject({ retryable: true });
  expect(heads()).toHaveLength(1);
});

describe('what a tenant does to its own requests fails no other namespace, though the tag and the credentials are the same (law 17)', () => {
  const readAs = (share: string, signal = new AbortController().signal) => {
    const image = parseReference(ns.image('latest'));
    return observe(ns.deps, { image, keyring: { ...ring('ns/a', 'right'), share }, notBefore: Date.now(), signal });
  };

  it('a victim is answered while the host is paused for the tenant', async () => {
    const { host } = parseReference(ns.image('latest'));
    ns.env.registry.faults.inject({ path: 'odd', fault: { type: 'status', status: 500 } });
    for (const n of [1, 2, 3]) {
      const image = parseReference(`${host}/odd-${n}:latest`);
      await ns.deps.registry.observe(image, { share: 'tenant' }).catch(() => undefined);
    }

    const tenants = Array.from({ length: 20 }, () => readAs('tenant'));
    const seen = await Promise.allSettled([readAs('victim'), ...tenants]);

    expect(seen[0]).toEqual({ status: 'fulfilled', value: pushed });
    for (const tenant of seen.slice(1)) expect(tenant).toMatchObject({ reason: { code: 'paused' } });
  });
});
