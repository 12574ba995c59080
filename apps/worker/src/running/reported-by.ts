import type { Digest } from '@keelson/image';
import { digestOfImageID } from '@keelson/image';
import type { Pod } from '@keelson/kube';

/** One digest that pods run. */
export interface Reported {
  readonly digest: Digest;
  /** Whether it is the digest of a config, since the pod names no repository. */
  readonly isConfig: boolean;
}

/** The digests that a container runs in these pods, each once. Where its own spec names a digest it runs that, whatever its node calls it. */
export function reportedBy(pods: readonly Pick<Pod, 'containers'>[], container: string): readonly Reported[] {
  const found = new Map<Digest, Reported>();
  const states = pods.flatMap(({ containers }) => containers.filter(({ name }) => name === container));
  for (const { imageID, specImage } of states) {
    const inStatus = digestOfImageID(imageID);
    if (inStatus === undefined) continue;
    const inSpec = specImage.includes('@') ? digestOfImageID(specImage) : undefined;
    const digest = inSpec ?? inStatus;
    found.set(digest, { digest, isConfig: inSpec === undefined && !imageID.includes('@') });
  }
  return [...found.values()];
}
