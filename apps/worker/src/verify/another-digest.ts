import type { WritePathName } from '@keelson/core';
import { isWritePathName } from '@keelson/core';
import type { CheckRecord, Hold, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Pod, Workload } from '@keelson/kube';
import { revertedMeanwhile } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { namesTagOf } from './names-tag-of.ts';
import type { OtherDigest } from './pods-run.ts';

/** The cluster's clock has whole seconds. */
const secondMs = 1_000;
/** Where it is further ahead of ours than this, it does not say when a pod was created. */
const skewMs = 30_000;

/** Whether the last check is younger than every pod, so that it shows whether these pods pulled a newer push. */
export function isCheckedSince(
  check: CheckRecord | undefined,
  pods: readonly Pod[],
  { createdAt }: Pick<Rollout, 'createdAt'>,
  now: number,
): boolean {
  const started = pods.map((pod) => Date.parse(pod.createdAt)).filter((at) => at < now + skewMs);
  return check !== undefined && check.at >= Math.max(createdAt, ...started.map((at) => at + secondMs));
}

/**
 * The write path that did not bring the digest into the pods. Where the image names the tag alone that is the annotation, whatever else was written
 * with it; unless the image was written, and applied again without its digest.
 */
export function failedPath(rollout: Rollout, workload: Workload): WritePathName | undefined {
  const path = rollout.written?.path;
  if (path === undefined || !isWritePathName(path)) return undefined;
  const byTag = rollout.changes.some((change) => namesTagOf(workload, change));
  const isOpen = path !== 'image-pin' && !rejectedPaths(rollout).includes('template-annotation');
  return byTag && isOpen ? 'template-annotation' : path;
}

/** How often one rollout writes the image again that somebody applied without its digest: once may be a deploy, a controller never ends. */
const maxRepeats = 2;

/** Whether an image that was written was applied again without its digest: then the write path may last the next time. */
export function mayRepeat(rollout: Rollout, workload: Workload, path: WritePathName): boolean {
  const repeats = rollout.transitions.filter(({ code }) => code === revertedMeanwhile).length;
  const byTag = rollout.changes.some((change) => namesTagOf(workload, change));
  return path === 'image-pin' && byTag && repeats < maxRepeats;
}

/** What the pods run in place of what was written, and the likely cause, in two sentences. */
export function whatRuns(others: readonly OtherDigest[], workload: Workload): string {
  const runs = others.map(
    ({ change: { container, to }, digest }) =>
      `The pods run ${shortDigest(digest)} in container ${container}, not ${shortDigest(to.digest)} that was written.`,
  );
  return [...new Set([...runs, ...others.map((other) => likelyCause(other, workload))])].join(' ');
}

function likelyCause({ change }: OtherDigest, { containers }: Workload): string {
  const { imagePullPolicy = 'IfNotPresent', image } = containers.find(({ name }) => name === change.container) ?? {};
  if (imagePullPolicy !== 'Always') {
    return `Its imagePullPolicy is ${imagePullPolicy}, so a node that has an older image of the same tag starts that one.`;
  }
  if (image?.includes('@')) return 'The image names another digest beside the tag.';
  return 'Probably a mirror before the nodes still answers with an older image of the tag.';
}

export function holdFor(others: readonly OtherDigest[], workload: Workload, at: number): Hold {
  const message = `${whatRuns(others, workload)} No write path is left that lasts, so nothing more is rolled out until a user resumes the workload.`;
  return { code: 'running-another-digest', message, at };
}
