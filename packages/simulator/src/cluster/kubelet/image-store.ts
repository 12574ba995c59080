import { createHash } from 'node:crypto';
import type { Pod } from '../objects/pod.ts';
import type { ImageName } from './image-name.ts';
import { parseImageName } from './image-name.ts';
import type { DecideOutcome } from './outcome.ts';
import { afterLabel, afterOf, logLabel, outcomeLabel } from './outcome.ts';
import type { PulledImage, RegistryPuller } from './registry.ts';
import { PullError } from './registry.ts';

/** An image that a container can be started from. */
export interface LocalImage {
  readonly imageID: string;
  readonly outcome: string | undefined;
  /** Milliseconds, for the outcomes that take their time. */
  readonly afterMs: number;
  readonly log: string;
}

/** Where a kubelet gets its images from. */
export interface ImageSource {
  /** Throws PullError. */
  ensure(image: string, policy: string, pod: Pod): Promise<LocalImage>;
}

/** The `user:password` for a registry host that a pod has; undefined: none. */
export type Credentials = (pod: Pod, host: string) => string | undefined;

/** The image of a host without a mirror: it exists, and its digest is computed from its name. */
export function inventedImage(
  image: string,
  { host, repository, digest }: ImageName,
  outcome: string | undefined,
): LocalImage {
  const made = digest ?? `sha256:${createHash('sha256').update(image).digest('hex')}`;
  return { imageID: `${host}/${repository}@${made}`, outcome, afterMs: afterOf(undefined), log: '' };
}

/** The images of one node. */
export class ImageStore implements ImageSource {
  readonly #puller: RegistryPuller;
  readonly #credentials: Credentials;
  readonly #decide: DecideOutcome | undefined;
  readonly #local = new Map<string, PulledImage>();

  constructor(puller: RegistryPuller, credentials: Credentials, decide: DecideOutcome | undefined) {
    this.#puller = puller;
    this.#credentials = credentials;
    this.#decide = decide;
  }

  /**
   * Pulls the image by its policy: IfNotPresent and Never take what this name meant when it was pulled before, Always pulls
   * again. A digest is pulled once. @throws PullError
   */
  async ensure(image: string, policy: string, pod: Pod): Promise<LocalImage> {
    const name = parseImageName(image);
    if (/[A-Z]/.test(name.repository)) {
      const why = `couldn't parse image name "${image}": invalid reference format: repository name must be lowercase`;
      throw new PullError(`Failed to apply default image tag "${image}": ${why}`, 'InvalidImageName');
    }
    const known = this.#local.get(image);
    if (policy === 'Never' && known === undefined) {
      throw new PullError(`Container image "${image}" is not present with pull policy of Never`, 'ErrImageNeverPull');
    }
    if (this.#puller.baseOf(name.host) === undefined) return inventedImage(image, name, this.#decide?.(image, pod));
    const again = policy === 'Always' && name.digest === undefined;
    const pulled =
      known !== undefined && !again ? known : await this.#puller.pull(name, this.#credentials(pod, name.host));
    this.#local.set(image, pulled);
    return {
      imageID: `${name.host}/${name.repository}@${pulled.digest}`,
      outcome: pulled.labels[outcomeLabel],
      afterMs: afterOf(pulled.labels[afterLabel]),
      log: pulled.labels[logLabel] ?? '',
    };
  }
}
