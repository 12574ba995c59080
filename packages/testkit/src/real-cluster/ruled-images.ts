import type { ImageSource, LocalImage, Pod } from '@keelson/simulator/kubelet';
import { inventedImage, PullError, parseImageName, unresolved } from '@keelson/simulator/kubelet';
import type { OutcomeRule } from './outcome.ts';

/** Images whose facts come from a test's rule and, where the rule says nothing, from the registry. */
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
