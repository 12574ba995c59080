import { expect } from 'vitest';
import { inGit } from '../../src/in-git.ts';
import { exampleAnnotations } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { images, release } = withoutPolicy;

function inGitAs(ns: TestNamespace, image: string) {
  return [inGit({ namespace: ns.name, name: 'myapp', image, annotations: exampleAnnotations })];
}

onClusters(
  'a digest in git',
  (it) => {
    it.for([
      ['Kustomization', images],
      ['HelmRelease', release],
    ] as const)(
      'nothing begins where the git of a %s names a digest, and a push is rolled out once git removes it (laws 9 and 16)',
      async ([, path], { ns }) => {
        const image = ns.image('latest');
        const first = await ns.push('latest');
        const owner = await path.reconciler(ns);
        await owner.commit(inGitAs(ns, `${image}@${first}`));
        await ns.complete('myapp');
        await ns.startWorker();
        await ns.checked('myapp');
        const known = async () => (await ns.history.workload(ns.id('myapp'))) ?? expect.unreachable();
        const { generation } = (await ns.read('myapp')).metadata;

        const pushed = await ns.push('latest');
        await ns.checkedAgain('myapp');

        // A tick at the same moment may have used an older answer of the registry.
        await waitUntil('the check knows the push', async () => (await known()).check?.code === 'pinned-by-digest');
        expect((await known()).record.warnings).toMatchObject([
          { code: 'pinned-by-digest', message: expect.stringMatching(/Remove the digest in git, or install/) },
        ]);
        expect(await ns.rollouts('myapp')).toEqual([]);
        expect((await ns.read('myapp')).metadata.generation).toBe(generation);
        await ns.runs('myapp', first);

        await owner.commit(inGitAs(ns, image));
        await ns.complete('myapp');
        await ns.runs('myapp', pushed);
        await waitUntil('the warning is gone', async () => (await known()).record.warnings.length === 0);
        const next = await ns.push('latest');
        await ns.check('myapp');
        await ns.reached('myapp', 'succeeded', next);
        await ns.runs('myapp', next);
        for (const _ of [1, 2]) expect(await owner.pass()).toEqual({});
      },
    );
  },
  { flux: true },
);
