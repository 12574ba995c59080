import type { ImageReference } from '@keelson/image';
import { LRUCache } from 'lru-cache';
import { hideCredentials, withoutCredentials } from './auth/without-credentials.ts';
import type { Endpoint } from './endpoints.ts';
import { endpointsOf } from './endpoints.ts';
import { RegistryError } from './errors.ts';
import { createAgents } from './http/agents.ts';
import { configDigests } from './images/config-digests.ts';
import { fetchContent } from './images/content.ts';
import { describe } from './images/describe.ts';
import type { Fetch } from './images/image-content.ts';
import { ImageContent } from './images/image-content.ts';
import { KeptContent } from './images/kept-content.ts';
import { observeAt } from './images/observe.ts';
import type { RegistryClientOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { Transport } from './transport.ts';
import type { CallOptions, RegistryClient } from './types.ts';

const unreachableMs = 600_000;

/**
 * A client of image registries (OCI distribution-spec 1.1) that keeps connections, tokens and manifests, and pauses hosts that fail. Use
 * one for the whole process, so that what it remembers saves requests.
 */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const settings = settingsOf(options);
  const agents = createAgents(settings);
  const transport = new Transport(settings, agents);
  const kept = new KeptContent();
  /** Registries that do not answer, by who asks; their mirrors may. */
  const unreachable = new LRUCache<string, true>({ max: 1_000, ttl: unreachableMs });

  /**
   * Tries the mirrors in order, then the registry. Where all fail, it throws the first error that is not `not-found`, if there is one. `last`: no
   * later endpoint has the image, as far as is known.
   */
  async function firstOf<T>(
    image: ImageReference,
    { credentials = [], share = '', signal }: CallOptions,
    request: (endpoint: Endpoint, last: boolean) => Promise<T>,
  ): Promise<T> {
    const endpoints = endpointsOf(image, settings);
    const failures: unknown[] = [];
    for (const endpoint of endpoints) {
      try {
        return await request(endpoint, endpoint === endpoints.at(-1) || unreachable.has(`${share}\n${image.host}`));
      } catch (error) {
        hideCredentials(error, [...credentials, endpoint.credential]);
        if (signal?.aborted) throw error;
        failures.push(error);
      }
    }
    if (!hasAnswered(failures.at(-1))) unreachable.set(`${share}\n${image.host}`, true);
    throw failures.find((failure) => !isNotFound(failure)) ?? failures.at(-1);
  }

  function contentOf(image: ImageReference, { credentials = [], share = '', signal }: CallOptions): ImageContent {
    const fetch: Fetch = (content, read) =>
      firstOf(image, { credentials, share }, (endpoint) =>
        fetchContent(transport, endpoint, content, read, { credentials, share }),
      );
    return new ImageContent(kept, fetch, image, { credentials, share, ...(signal && { signal }) });
  }

  return {
    observe: (image, call = {}) =>
      firstOf(image, call, (endpoint, last) => observeAt(transport, endpoint, image, call, last)),
    async describe(image, digest, call = {}) {
      const { labels, ...rest } = await describe(digest, contentOf(image, call), call.signal);
      const sent = [...(call.credentials ?? []), ...endpointsOf(image, settings).map(({ credential }) => credential)];
      const shown = Object.entries(labels).map(
        ([key, text]: [string, string]) => [key, withoutCredentials(text, sent)] as const,
      );
      return { ...rest, labels: Object.fromEntries(shown) };
    },
    configDigests: (image, digest, call = {}) => configDigests(digest, contentOf(image, call)),
    close: () => agents.close(),
  };
}

function hasAnswered(error: unknown): boolean {
  return error instanceof RegistryError && !['paused', 'timeout', 'unavailable'].includes(error.code);
}

function isNotFound(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'not-found';
}
