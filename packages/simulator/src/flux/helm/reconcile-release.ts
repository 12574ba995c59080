import { fieldsOf } from '../../cluster/json.ts';
import { Pass } from './pass.ts';
import type { HelmController, Release, ReleasePass } from './release.ts';
import { releasePath } from './release-path.ts';

/** One reconciliation of one HelmRelease, as helm-controller does it, its status included. */
export async function reconcileRelease(controller: HelmController, release: Release): Promise<ReleasePass> {
  const about = { release: `${release.namespace}/${release.name}`, actions: [] };
  const { status, body: object } = await controller.api.request('GET', releasePath(release));
  if (status !== 200) return { ...about, reason: 'Missing', message: `GET answered ${status}`, next: 'never' };
  const pass = new Pass(controller, release, object);
  if (fieldsOf(object['spec'])['suspend'] === true) {
    // Its status says that the generation was observed, although nothing of it was used.
    await pass.end('never');
    return { ...about, reason: 'Suspended', message: 'spec.suspend is set', next: 'never' };
  }
  await pass.begin();
  if (release.chart === undefined) {
    await pass.endWithoutChart();
    return { ...about, ...pass.ready, next: 'at once' };
  }
  const next = await pass.run();
  await pass.end(next);
  return { ...about, ...pass.ready, actions: pass.actions, next };
}
