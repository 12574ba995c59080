import type { ImageReference } from '@keelson/image';
import { LRUCache } from 'lru-cache';
import type { Endpoint } from './endpoints.ts';
import { endpointsOf } from './endpoints.ts';
import { RegistryError } from './errors.ts';
import { createAgents } from './http/agents.ts';
import { describeAt } from './images/describe.ts';
import { observeAt } from './images/observe.ts';
import type { RegistryClientOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { Transport } from './transport.ts';
import type { ImageDescription, RegistryClient } from './types.ts';

const describedKept = 2_000;

/**
 * A client of image registries (OCI distribution-spec 1.1) that keeps connections, tokens and descriptions, and pauses hosts that fail. Use
 * one for the whole process, so that what it remembers saves requests.
 */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const settings = settingsOf(options);
  const agents = createAgents(settings);
  const transport = new Transport(settings, agents);
  const described = new LRUCache<string, ImageDescription>({ max: describedKept });

  /** Tries the mirrors in order, then the registry. Where all fail, it throws the first error that is not `not-found`, if there is one. */
  async function firstOf<T>(
    image: ImageReference,
    signal: AbortSignal | undefined,
    request: (endpoint: Endpoint) => Promise<T>,
  ): Promise<T> {
    let failure: unknown;
    for (const endpoint of endpointsOf(image, settings)) {
      try {
        return await request(endpoint);
      } catch (error) {
        if (signal?.aborted) throw error;
        if (failure === undefined || isNotFound(failure)) failure = error;
      }
    }
    throw failure;
  }

  return {
    observe: (image, call = {}) =>
      firstOf(image, call.signal, (endpoint) => observeAt(transport, endpoint, image, call)),
    async describe(image, digest, call = {}) {
      const known = described.get(digest);
      if (known !== undefined) return known;
      const description = await firstOf(image, call.signal, (endpoint) =>
        describeAt(transport, endpoint, digest, call),
      );
      described.set(digest, description);
      return description;
    },
    close: () => agents.close(),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'not-found';
}
