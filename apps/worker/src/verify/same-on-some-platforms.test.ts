import type { Digest } from '@keelson/image';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  // The node reports the digest under which it first knew the image.
  { times: { readyMs: 50, backoffMs: 200 }, keepsTag: (image) => image.includes('/mirrored:') },
);

/** The same image on amd64, and another one on each other platform. */
async function push(...others: readonly string[]): Promise<Digest> {
  const options = { labels: { of: ns.namespace }, platforms: ['linux/amd64', ...others] };
  return (await pushImage(ns.env.registry, `${ns.namespace}/mirrored`, 'latest', options)).digest;
}

/** A Kustomization that owns the Deployment `web`, and that Keelson may change. */
async function owned(): Promise<Readonly<Record<string, string>>> {
  const { namespace } = ns;
  ns.env.cluster.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace, name: 'apps' },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'git' } },
  });
  await ns.http.request({
    method: 'PATCH',
    path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/apps/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { inventory: { entries: [{ id: `${namespace}_web_apps_Deployment`, v: 'v1' }] } } },
  });
  return { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': namespace };
}

it('an image that differs on some platforms is written by its digest, where pods report an older one (law 14)', async () => {
  const labels = await owned();
  await push('linux/s390x');
  ns.deploy('web', { images: { app: ns.image('latest', 'mirrored') }, labels });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await push('linux/arm64');
  await ns.check('web');

  await ns.work(async () => expect((await ns.rollouts('web'))[0]?.written?.path).toBe('flux-kustomization'));

  const [rollout] = await ns.rollouts('web');
  expect(rollout?.transitions.map(({ code }) => code)).not.toContain('digest-unknown');
  expect(ns.workload('web').containers[0]?.image).toContain(pushed);
});
