import { createHash } from 'node:crypto';
import type { Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import { credentialsFor } from './credentials.ts';
import type { ImageName } from './image-name.ts';
import { parseImageName } from './image-name.ts';
import type { DecideOutcome } from './outcome.ts';
import { LOG_LABEL, OUTCOME_LABEL } from './outcome.ts';
import type { PulledImage, RegistryPuller } from './registry.ts';
import { PullError } from './registry.ts';

/** An image that a container can be started from. */
export interface LocalImage {
  readonly imageID: string;
  readonly outcome: string | undefined;
  readonly log: string;
}

/** The images of one node. */
export class ImageStore {
  readonly #store: Store;
  readonly #puller: RegistryPuller;
  readonly #decide: DecideOutcome | undefined;
  readonly #local = new Map<string, PulledImage>();

  constructor(store: Store, puller: RegistryPuller, decide: DecideOutcome | undefined) {
    this.#store = store;
    this.#puller = puller;
    this.#decide = decide;
  }

  /**
   * Has the image by its policy: IfNotPresent and Never take what this name meant when it was pulled before, Always asks
   * again. A digest means one thing for ever. Throws PullError.
   */
  async ensure(image: string, policy: string, pod: Pod): Promise<LocalImage> {
    const name = parseImageName(image);
    const known = this.#local.get(image);
    if (policy === 'Never' && known === undefined) {
      throw new PullError(`Container image "${image}" is not present with pull policy of Never`);
    }
    if (this.#puller.baseOf(name.host) === undefined) return this.#invented(image, name, pod);
    const again = policy === 'Always' && name.digest === undefined;
    const pulled =
      known !== undefined && !again
        ? known
        : await this.#puller.pull(name, credentialsFor(this.#store, pod, name.host));
    this.#local.set(image, pulled);
    return {
      imageID: `${name.host}/${name.repository}@${pulled.digest}`,
      outcome: pulled.labels[OUTCOME_LABEL],
      log: pulled.labels[LOG_LABEL] ?? '',
    };
  }

  /** An image of a host that no mirror leads to: there is one, and its digest is made of its name. */
  #invented(image: string, { host, repository, digest }: ImageName, pod: Pod): LocalImage {
    const made = digest ?? `sha256:${createHash('sha256').update(image).digest('hex')}`;
    return { imageID: `${host}/${repository}@${made}`, outcome: this.#decide?.(image, pod), log: '' };
  }
}
