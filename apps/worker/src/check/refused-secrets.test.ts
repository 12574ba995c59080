import { expect, it } from 'vitest';
import { pullSecret, serviceAccount } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
    ns.env.registry.faults.clear();
  },
  { auth: { type: 'basic', users: { ann: 'right' } } },
);

const secret = (name: string, password: string, host = ns.env.registry.host) =>
  ns.env.cluster.apply(pullSecret(ns.namespace, name, host, 'ann', password));
/** A registry that does not say which images exist to whom it does not know. */
const hideFromStrangers = () =>
  ns.env.registry.faults.inject({ path: ns.namespace, fault: { type: 'status', status: 404 } });

/** The code of a check's error; `none` where the tag was read. */
async function checked(name: string): Promise<string> {
  return (await ns.check(name))?.error?.code ?? 'none';
}

it.each(['unauthorized', 'not-found'])('a check reads a rotated pull secret again after %s', async (code) => {
  secret('one', 'wrong');
  await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest') }, pullSecrets: ['one'] });
  await expect.poll(() => ns.deps.view.workload(ns.key('web'))).toBeDefined();
  await ns.record('web');
  const reveal = code === 'not-found' ? hideFromStrangers() : () => undefined;
  const refused = await checked('web');
  secret('one', 'right');
  ns.clock.ahead = 61_000;
  reveal();

  expect([refused, await checked('web')]).toEqual([code, 'none']);
});

it('a check finds a pull secret that the ServiceAccount got later, where the registry hides its images', async () => {
  await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await expect.poll(() => ns.deps.view.workload(ns.key('web'))).toBeDefined();
  await ns.record('web');
  const reveal = hideFromStrangers();
  const hidden = await checked('web');
  reveal();
  secret('late', 'right');
  ns.env.cluster.apply(serviceAccount(ns.namespace, 'default', ['late']));
  ns.clock.ahead = 61_000;

  expect([hidden, await checked('web')]).toEqual(['not-found', 'none']);
});

it('a check that was refused says for which hosts the pull secret is', async () => {
  secret('other', 'right', 'quay.io');
  await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest') }, pullSecrets: ['other'] });
  await expect.poll(() => ns.deps.view.workload(ns.key('web'))).toBeDefined();
  await ns.record('web');

  const check = await ns.check('web');

  expect(check?.code).toBe('unauthorized');
  expect(check?.message).toContain(
    `Secret ${ns.namespace}/other: The pull secret is for quay.io, not for ${ns.repository()}.`,
  );
});

it('wrong pull secrets of many workloads keep no other one from its check (law 10)', async () => {
  secret('good', 'right');
  await ns.push('latest');
  const strangers = Array.from({ length: 10 }, (_, n) => `stranger-${n}`);
  for (const [n, name] of strangers.entries()) {
    secret(name, `wrong-${n}`);
    ns.deploy(name, { images: { app: ns.image('latest') }, pullSecrets: [name] });
  }
  ns.deploy('victim', { images: { app: ns.image('latest') }, pullSecrets: ['good'] });
  await expect.poll(() => ns.deps.view.workload(ns.key('victim'))).toBeDefined();
  await ns.record('victim', ...strangers);

  const all = strangers.map(checked);
  const codes = [await checked('victim'), ...(await Promise.all(all))];

  expect(codes).toEqual(['none', ...strangers.map(() => 'unauthorized')]);
});
