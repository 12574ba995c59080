import { expect } from 'vitest';
import { byHelm } from '../src/by-helm.ts';
import { inGit } from '../src/in-git.ts';
import { every } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { byFlux } from '../src/reconcilers.ts';
import type { TestNamespace } from '../src/test-namespace.ts';

const owners = [
  {
    owner: 'Kustomization',
    path: 'flux-kustomization',
    reconciler: (ns: TestNamespace) => byFlux(ns.env.flux(), ns.name),
  },
  {
    owner: 'HelmRelease',
    path: 'flux-helmrelease',
    reconciler: (ns: TestNamespace) => byHelm(ns, { driftDetection: { mode: 'enabled' } }),
  },
];

onClusters(
  'a mirror before the nodes that keeps a tag',
  (it) => {
    it.for(owners)(
      'a push under Flux comes to the pods by a pin in the $owner, and stays (law 14)',
      async ({ path, reconciler }, { ns }) => {
        const image = ns.image('mirrored');
        const first = await ns.push('mirrored');
        const owner = await reconciler(ns);
        await owner.commit([inGit({ namespace: ns.name, name: 'myapp', image, annotations: every('1h') })]);
        await ns.available('myapp');
        await ns.startWorker();
        await ns.checked('myapp');

        const pushed = await ns.push('mirrored');
        await ns.check('myapp');
        const rollout = await ns.reached('myapp', 'succeeded', pushed);

        expect(rollout.written?.path).toBe(path);
        expect(rollout.transitions.find(({ code }) => code === 'reverted-template-annotation')?.message).toContain(
          first.slice(0, 19),
        );
        await ns.runs('myapp', pushed);
        for (const _ of [1, 2]) await owner.pass();
        await ns.runs('myapp', pushed);
      },
    );
  },
  { flux: true },
);
