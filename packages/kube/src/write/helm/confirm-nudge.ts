import type { KubeHttp } from '../../http/request.ts';
import { templatePathOf } from '../../objects/kinds.ts';
import type { Workload } from '../../types.ts';
import { pointer } from '../json-patch.ts';
import type { WriteConfirmation } from '../types.ts';
import type { HelmRelease, HelmReleaseKey } from './helm-release.ts';
import { nameOfRelease } from './helm-release.ts';
import { readInOrder } from './read-in-order.ts';

/** Flux' own switch on an object. */
const driftKey = 'helm.toolkit.fluxcd.io/driftDetection';

/**
 * Whether helm-controller leaves an image that was written into the object alone, with no entry of Keelson's: an upgrade under way, or to come, writes the
 * image of the chart, and so does every pass that corrects drift. A pass over a release that is deployed and may drift does not look at it.
 */
export async function confirmReleaseNudge(
  http: KubeHttp,
  key: HelmReleaseKey,
  workload: Workload,
  signal: AbortSignal | undefined,
): Promise<WriteConfirmation> {
  const read = await readInOrder(http, key, workload, signal);
  // Labels without a HelmRelease: nobody reconciles the object, and its image stays.
  if (read === undefined) return { outcome: 'ok' };
  const { release, live } = read;
  const text = nameOfRelease(key);
  const { generation, suspended, status } = release;
  if (suspended) {
    const message = `${text} is suspended, and applies the image of its chart when it is resumed. The verdict waits for that.`;
    return { outcome: 'pending', code: 'flux-suspended', message };
  }
  if (correctsImage(release, live)) {
    const message = `${text} corrects drift (spec.driftDetection), so Flux applies the image of the chart within its interval. The verdict waits for that.`;
    return { outcome: 'pending', code: 'waits-for-owner', message };
  }
  const isIdle = status.lastAttemptedGeneration === generation && status.ready?.status === 'True';
  if (isIdle) return { outcome: 'ok' };
  const said = status.ready?.message ? ` Flux says: ${status.ready.reason}: ${status.ready.message}` : '';
  const message = `Flux has not finished upgrading ${text}, which applies the image of the chart. The verdict waits for that.${said}`;
  return { outcome: 'pending', code: 'waits-for-owner', message };
}

function correctsImage({ driftIgnored }: HelmRelease, { kind, annotations }: Workload): boolean {
  if (driftIgnored === undefined || annotations[driftKey] === 'disabled') return false;
  const containers = pointer(...templatePathOf(kind), 'spec', 'containers');
  return !driftIgnored.some((path) => path === '' || containers === path || containers.startsWith(`${path}/`));
}
