import { expect } from 'vitest';
import { badImages } from '../src/bad-images.ts';
import { deployment, exampleAnnotations } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

const crash = badImages['a crash'].labels;
const known = async (ns: TestNamespace) => (await ns.history.workload(ns.id('myapp')))?.digests.app;

onClusters('a workload whose way back is not what it seems', (it) => {
  it('a digest that crashes when Keelson first sees it is never the way back, and the next good push is (law 14)', async ({
    ns,
  }) => {
    const crashing = await ns.push('latest', crash);
    await ns.deploy({ name: 'myapp', image: ns.image('latest') });
    await waitUntil('its pod has been started', async () => (await ns.pods('myapp')).length > 0);
    await ns.startWorker();
    await waitUntil('it was seen', async () => {
      await ns.checkedAgain('myapp');
      return (await known(ns))?.rolledOut === crashing;
    });
    expect((await known(ns))?.lastGood).toBeUndefined();

    const bad = await ns.push('latest', crash);
    await ns.check('myapp');
    await ns.reached('myapp', 'failed', bad);
    expect((await ns.rollouts('myapp')).filter(({ kind }) => kind === 'rollback')).toEqual([]);

    const good = await ns.push('latest');
    await ns.check('myapp');
    await ns.reached('myapp', 'succeeded', good);
    expect((await known(ns))?.lastGood).toBe(good);
    const next = await ns.push('latest', crash);
    await ns.check('myapp');
    await ns.rolledBack('myapp', next, good);
  });

  it('a push beside a container whose image is gone is blocked, blamed on nothing, and rolled out once that is back (law 6)', async ({
    env,
    ns,
  }) => {
    await Promise.all([ns.push('latest'), ns.pushTo(env.registry, 'side', 'latest')]);
    const app = ns.image('latest');
    const side = app.replace(`${ns.repository}:`, `${ns.name}/side:`);
    const annotations = { ...exampleAnnotations, 'keel.sh/monitorContainers': '^app$' };
    const body = deployment({ namespace: ns.name, name: 'myapp', image: app, annotations });
    const [first] = body.spec.template.spec.containers;
    const containers = [first, { ...first, name: 'side', image: side }];
    const spec = { ...body.spec, template: { ...body.spec.template, spec: { containers } } };
    const path = `/apis/apps/v1/namespaces/${ns.name}/deployments`;
    await env.kube.request({ method: 'POST', path, body: { ...body, spec } });
    await ns.complete('myapp');
    await ns.startWorker();
    await ns.checked('myapp');
    const moved = side.replace(':latest', ':gone');
    const image = { spec: { template: { spec: { containers: [{ name: 'side', image: moved }] } } } };
    await ns.patch('myapp', image, 'application/strategic-merge-patch+json');

    const pushed = await ns.push('latest');
    await ns.check('myapp');
    await ns.inHistory('it is blocked', async () => {
      const [newest] = await ns.rollouts('myapp');
      return newest?.transitions.at(-1)?.code === 'other-image-missing';
    });
    expect(await ns.quarantined('myapp')).toEqual([]);

    await ns.pushTo(env.registry, 'side', 'gone');
    await ns.reached('myapp', 'succeeded', pushed);
    expect(await ns.quarantined('myapp')).toEqual([]);
  });
});
