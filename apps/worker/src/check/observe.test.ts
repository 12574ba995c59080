import type { Digest } from '@keelson/image';
import { parseReference } from '@keelson/image';
import type { Credential } from '@keelson/registry';
import { createRegistryClient } from '@keelson/registry';
import { beforeEach, expect, it } from 'vitest';
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

it('observe sends one HEAD for all checks of the same interval (law 10)', async () => {
  // The first request learns how this host authenticates; later ones need no more than a HEAD.
  await read(ring('ns/a', 'right'));
  const before = heads().length;
  begun = Date.now() + 1;
  const keyring = ring('ns/a', 'right');

  const digests = await Promise.all([read(keyring), read(keyring), read(ring('ns/b', 'right'))]);
  digests.push(await read(keyring));

  expect(digests).toEqual([pushed, pushed, pushed, pushed]);
  expect(heads().length - before).toBe(1);
});

it.each([
  ['refused credentials', ring('ns/bad', 'wrong')],
  ['no credentials at all', ring('')],
])('observe answers a workload with good credentials after another one of that image had %s', async (_, bad) => {
  const first = read(bad);
  const second = read(ring('ns/good', 'right'));

  await expect(first).rejects.toMatchObject({ code: 'unauthorized' });
  expect(await second).toBe(pushed);
});

it('observe answers a workload with good credentials after another process had bad ones', async () => {
  await expect(read(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });
  const other = { ...ns.deps, registry: createRegistryClient() };

  expect(await read(ring('ns/good', 'right'), other)).toBe(pushed);
  await other.registry.close();
});

it('observe sends one request with refused credentials', async () => {
  await read(ring('ns/good', 'right'));
  begun = Date.now() + 1;
  const before = heads().length;

  await expect(read(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });

  expect(heads().length - before).toBe(1);
});

it('observe uses the workload’s own credentials where the registry hides the image from another one', async () => {
  const rule = { method: 'HEAD', path: ns.namespace, times: 1, fault: { type: 'status', status: 404 } } as const;
  ns.env.registry.faults.inject(rule);
  const first = read(ring('ns/bad', 'right'));
  const second = read(ring('ns/good', 'right'));

  await expect(first).rejects.toMatchObject({ code: 'not-found' });
  expect(await second).toBe(pushed);
});

it('observe does not retry a failure that is unrelated to credentials', async () => {
  ns.env.registry.faults.inject({ path: ns.namespace, fault: { type: 'status', status: 500 } });
  const reads = [read(ring('ns/a', 'right')), read(ring('ns/b', 'right'))];

  for (const one of reads) await expect(one).rejects.toMatchObject({ code: 'unavailable' });
  expect(heads()).toHaveLength(1);
});
