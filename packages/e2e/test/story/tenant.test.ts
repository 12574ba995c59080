import { expect } from 'vitest';
import { z } from 'zod';
import { onClusters } from '../../src/on-clusters.ts';
import { manifestsOf, rollOut, rollOutBad } from '../../src/story.ts';
import { openTenant } from '../../src/tenant.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import type { WritePathCase } from '../../src/write-path-cases.ts';
import { withoutPolicy, withPolicy } from '../../src/write-path-cases.ts';

const group = { Kustomization: 'kustomize.toolkit.fluxcd.io', HelmRelease: 'helm.toolkit.fluxcd.io' } as const;
const version = { Kustomization: 'v1', HelmRelease: 'v2' } as const;
const object = z.object({
  spec: z.unknown(),
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
});

type Kind = keyof typeof group;

/** What a tenant writes on its own workload to make it look like one of somebody else's owner. */
const claims = (ns: TestNamespace, kind: Kind) => ({
  labels: { [`${group[kind]}/name`]: ns.name, [`${group[kind]}/namespace`]: 'flux-system' },
});

/** What the owner of a namespace's workload is to do, and what Keelson noted there. */
async function ownerOf({ env: { kube }, name }: TestNamespace, kind: Kind): Promise<unknown> {
  const collection = `${kind.toLowerCase()}s`;
  const path = `/apis/${group[kind]}/${version[kind]}/namespaces/flux-system/${collection}/${name}`;
  const { spec, metadata } = object.parse(await kube.request({ path }));
  return { spec, ours: Object.keys(metadata.annotations).filter((key) => key.startsWith('keelson.sh/')) };
}

/** The owner's workload and the tenant's run what their tags mean, and Keelson has checked both. */
async function beginBoth(ns: TestNamespace, path: WritePathCase, kind: Kind, soak = '0') {
  await Promise.all([ns.push('latest'), ns.push('dev-staging')]);
  const owner = await path.reconciler(ns);
  await owner.commit(manifestsOf(ns, path));
  const tenant = await openTenant(ns, { ...claims(ns, kind), annotations: { 'keelson.sh/soak': soak } });
  await tenant.deploy();
  await ns.complete('myapp');
  await tenant.startWorker();
  await ns.checked('myapp');
  return { owner, tenant };
}

onClusters(
  'a tenant whose workload claims the owner of another one',
  (it) => {
    it.for([
      ['Kustomization', withoutPolicy.images],
      ['HelmRelease', withoutPolicy.release],
    ] as const)(
      'a workload that claims a %s has nothing written there, whatever it pushes (law 9)',
      async ([kind, path], { ns }) => {
        const { owner, tenant } = await beginBoth(ns, path, kind);
        const running = await rollOut(ns);
        const before = await ownerOf(ns, kind);

        const rollback = await tenant.pushGoodAndBad();

        expect(rollback.written?.path).toBe('image-pin');
        expect(await tenant.warnings()).toContain('owner-disproven');
        expect(await ownerOf(ns, kind)).toEqual(before);
        await owner.pass();
        await ns.runs('myapp', running);
        await tenant.remove();
        await ns.checkedAgain('myapp');
        await owner.pass();
        expect(await ownerOf(ns, kind)).toEqual(before);
        await ns.runs('myapp', running);
      },
    );
  },
  { flux: true },
);

onClusters(
  'a tenant beside the admission policy',
  (it) => {
    it('a tenant that changes the image of its own pods breaks the pins of nobody else, and nothing is written into a Kustomization (law 9)', async ({
      ns,
    }) => {
      // Long enough for pods to change while they are verified.
      const { tenant } = await beginBoth(ns, withPolicy.kustomization, 'Kustomization', '2s');
      const good = await rollOut(ns);
      const before = await ownerOf(ns, 'Kustomization');
      await tenant.pushAndChangePods(ns.image('latest'));

      await rollOutBad(ns);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');

      expect(rollback.written?.path).toBe('template-annotation');
      expect(await ownerOf(ns, 'Kustomization')).toEqual(before);
      await ns.runs('myapp', good);
    });
  },
  { flux: true, policy: 'installed' },
);
