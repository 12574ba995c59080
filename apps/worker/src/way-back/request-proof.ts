import { RegistryError } from '@keelson/registry';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { ObserveInput } from '../registry-access/observe.ts';
import { flightKeyOf } from '../registry-access/observe.ts';

const minGapMs = 1_000;
const lockMs = 20_000;
/** The next hourly proof is a new request. */
const keepMs = 2 * 60 * 60_000;

/** What a registry says about a digest. `at`: when the request was sent, in milliseconds since the epoch. */
export interface Answer {
  readonly at: number;
  /** Absent: it has the digest. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

const kept = z.object({ code: z.string().optional(), message: z.string().optional() });

/**
 * Whether a registry has a digest. A refusal is shared like any other answer, so that a thousand workloads of one image that is gone cost one
 * request; only among equal credentials.
 */
export async function requestProof(
  { registry, singleFlight }: Pick<Deps, 'registry' | 'singleFlight'>,
  { image, keyring: { credentials, identity, share }, notBefore, signal }: Omit<ObserveInput, 'keepMs'>,
): Promise<Answer> {
  const request = async (): Promise<string> => {
    try {
      await registry.observe(image, { credentials, share, signal });
      return '{}';
    } catch (error) {
      signal.throwIfAborted();
      // A pause may be that of one namespace: only what the registry said is shared.
      if (!(error instanceof RegistryError) || error.code === 'paused') throw error;
      return JSON.stringify({ code: error.code, message: error.message });
    }
  };
  const key = `proof ${flightKeyOf(image, identity)}`;
  const { value, at } = await singleFlight.run(key, { notBefore, minGapMs, lockMs, keepMs, share, signal }, request);
  return { at, ...kept.parse(JSON.parse(value)) };
}
