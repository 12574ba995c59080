import type { ImageSource, LocalImage, Pod } from '@keelson/simulator/kubelet';
import { inventedImage, PullError, parseImageName, unresolved } from '@keelson/simulator/kubelet';
import type { OutcomeRule } from './outcome.ts';

/** Images about which a test's rule has the first word; what it leaves open, the registry says. */
export class RuledImages implements ImageSource {
  readonly #images: ImageSource;
  rule: OutcomeRule | undefined;

  constructor(images: ImageSource) {
    this.#images = images;
  }

  async ensure(image: string, policy: string, pod: Pod): Promise<LocalImage> {
    const outcome = this.rule?.(image, pod);
    if (outcome === undefined) return this.#images.ensure(image, policy, pod);
    const name = parseImageName(image);
    if (outcome === 'nopull') throw unresolved(name, `${name.full}: not found`);
    const found = await this.#images.ensure(image, policy, pod).catch((error: unknown) => {
      if (error instanceof PullError) return inventedImage(image, name, outcome);
      throw error;
    });
    return { ...found, outcome };
  }
}
