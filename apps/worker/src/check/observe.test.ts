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

function ask(keyring: ReturnType<typeof ring>, deps = ns.deps) {
  const image = parseReference(ns.image('latest'));
  return observe(deps, { image, keyring, notBefore: begun, signal: new AbortController().signal });
}
let begun: number;
beforeEach(() => {
  begun = Date.now();
});

it('sends one HEAD for all who ask in the same interval (law 10)', async () => {
  // The first answer tells how this host lets one in; what comes after is at rest.
  await ask(ring('ns/a', 'right'));
  const before = heads().length;
  begun = Date.now() + 1;
  const keyring = ring('ns/a', 'right');

  const digests = await Promise.all([ask(keyring), ask(keyring), ask(ring('ns/b', 'right'))]);
  digests.push(await ask(keyring));

  expect(digests).toEqual([pushed, pushed, pushed, pushed]);
  expect(heads().length - before).toBe(1);
});

it.each([
  ['refused credentials', ring('ns/bad', 'wrong')],
  ['no credentials at all', ring('')],
])('gives a workload its answer when another one of that image was first, with %s', async (_, bad) => {
  const first = ask(bad);
  const second = ask(ring('ns/good', 'right'));

  await expect(first).rejects.toMatchObject({ code: 'unauthorized' });
  expect(await second).toBe(pushed);
});

it('does so across processes, one after the other', async () => {
  await expect(ask(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });
  const other = { ...ns.deps, registry: createRegistryClient() };

  expect(await ask(ring('ns/good', 'right'), other)).toBe(pushed);
  await other.registry.close();
});

it('asks once with credentials of its own that were refused', async () => {
  await ask(ring('ns/good', 'right'));
  begun = Date.now() + 1;
  const before = heads().length;

  await expect(ask(ring('ns/bad', 'wrong'))).rejects.toMatchObject({ code: 'unauthorized' });

  expect(heads().length - before).toBe(1);
});

it('asks anew with its own where a registry hides from the other what is there', async () => {
  const rule = { method: 'HEAD', path: ns.namespace, times: 1, fault: { type: 'status', status: 404 } } as const;
  ns.env.registry.faults.inject(rule);
  const first = ask(ring('ns/bad', 'right'));
  const second = ask(ring('ns/good', 'right'));

  await expect(first).rejects.toMatchObject({ code: 'not-found' });
  expect(await second).toBe(pushed);
});

it('does not ask again for trouble that is not about credentials', async () => {
  ns.env.registry.faults.inject({ path: ns.namespace, fault: { type: 'status', status: 500 } });
  const asked = [ask(ring('ns/a', 'right')), ask(ring('ns/b', 'right'))];

  for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'unavailable' });
  expect(heads()).toHaveLength(1);
});
