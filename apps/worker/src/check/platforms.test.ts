import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const platforms = ['linux/amd64', 'linux/arm64', 'linux/s390x'];

async function push(name: string): Promise<string> {
  const options = { platforms, labels: { build: name } };
  return (await pushImage(ns.env.registry, `${ns.namespace}/app`, 'latest', options)).digest;
}

it('a push for several platforms costs no request for each of them where pods run the one before', async () => {
  await push('first');
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await push('second');
  const before = ns.env.registry.requests.length;

  await ns.check('web');

  expect((await ns.rollouts('web'))[0]?.changes[0]?.to.digest).toBe(pushed);
  const sent = ns.env.registry.requests.slice(before).filter(({ method }) => method === 'GET');
  // Of each image its index, and the manifest of one platform for the labels.
  expect(sent.filter(({ path }) => path.includes('/manifests/'))).toHaveLength(4);
});
