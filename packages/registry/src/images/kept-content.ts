import { FairCache } from '@keelson/core';
import { SingleFlight } from '../rate-limits/single-flight.ts';
import type { ImageLabels } from '../types.ts';
import type { Manifest } from './read-manifest.ts';

/** In manifests and entries of indexes together; about 10 MB. */
const mostManifests = 50_000;
const mostLabels = 5_000;

/**
 * What was read of images. What a digest names never changes, so it is kept across tries: a registry that answers only a few requests is not sent
 * the same one again, and what a namespace reads displaces nothing of another one (law 17). Keys begin with who may share the answer.
 */
export class KeptContent {
  readonly #manifests = new FairCache<Manifest>(mostManifests, sizeOf);
  readonly #labels = new FairCache<ImageLabels>(mostLabels);
  readonly #manifestFlights = new SingleFlight<Manifest>();
  readonly #labelFlights = new SingleFlight<ImageLabels>();

  manifest(share: string, key: string, fetch: () => Promise<Manifest>): Promise<Manifest> {
    return keep(this.#manifests, this.#manifestFlights, share, key, fetch);
  }

  labels(share: string, key: string, fetch: () => Promise<ImageLabels>): Promise<ImageLabels> {
    return keep(this.#labels, this.#labelFlights, share, key, fetch);
  }
}

/** Callers of the same key share one fetch. */
async function keep<T extends object>(
  kept: FairCache<T>,
  flights: SingleFlight<T>,
  share: string,
  key: string,
  fetch: () => Promise<T>,
): Promise<T> {
  const known = kept.get(share, key);
  if (known !== undefined) return known;
  return flights.run(key, share, async () => {
    const value = await fetch();
    kept.set(share, key, value);
    return value;
  });
}

function sizeOf(manifest: Manifest): number {
  return manifest.type === 'index' ? 1 + manifest.children.length : 1;
}
