import type { History } from '@keelson/history';
import { hasEnded } from '@keelson/history';
import type { RegistryClient } from '@keelson/registry';
import { RegistryError } from '@keelson/registry';
import type { Metrics } from './metrics.ts';

/** The same history; it counts each rollout that ends through it once, since only one transition wins. */
export function countedHistory(history: History, count: Pick<Metrics, 'ended'>): History {
  return {
    ...history,
    async begin(rollout) {
      const begun = await history.begin(rollout);
      if ('superseded' in begun) count.ended('superseded');
      return begun;
    },
    async transition(id, step) {
      const moved = await history.transition(id, step);
      if (moved && hasEnded(step.to)) count.ended(step.to);
      return moved;
    },
  };
}

/** The same client; it counts the errors it throws. */
export function countedRegistry(
  registry: RegistryClient,
  count: Pick<Metrics, 'registryError' | 'digestRequest'>,
): RegistryClient {
  const counting = async <T>(request: Promise<T>): Promise<T> => {
    try {
      return await request;
    } catch (error) {
      if (error instanceof RegistryError) count.registryError(error.code);
      throw error;
    }
  };
  return {
    async observe(image, options) {
      const observing = counting(registry.observe(image, options));
      if (image.tag !== undefined) return observing;
      try {
        const observed = await observing;
        count.digestRequest('seen');
        return observed;
      } catch (error) {
        if (error instanceof RegistryError) count.digestRequest(error.code);
        throw error;
      }
    },
    describe: (image, digest, options) => counting(registry.describe(image, digest, options)),
    configDigests: (image, digest, options) => counting(registry.configDigests(image, digest, options)),
    close: () => registry.close(),
  };
}
