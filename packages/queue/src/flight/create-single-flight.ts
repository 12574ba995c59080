import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick } from '../redis/connect.ts';
import { tagged } from '../redis/names.ts';
import type { SingleFlight, SingleFlightOptions } from '../types.ts';
import type { Landed } from './produce-once.ts';
import { produceOnce } from './produce-once.ts';

type Outcome = { readonly landed: Landed } | { readonly error: unknown; readonly startedAt: number };

/** Shares productions through Redis, and within this process before that. */
export function createSingleFlight({ redis, prefix }: QueueOptions): SingleFlight {
  const connection = connectQuick(redis);
  const flights = new Map<string, { readonly outcome: Promise<Outcome>; readonly signal: AbortSignal }>();

  function launch(key: string, options: SingleFlightOptions, produce: () => Promise<string>) {
    let startedAt = Number.POSITIVE_INFINITY;
    const base = `${tagged(prefix)}:flight:${key}`;
    const outcome = produceOnce(connection, base, options, produce, (at) => {
      startedAt = at;
    })
      .then(
        (landed): Outcome => ({ landed }),
        (error: unknown): Outcome => ({ error, startedAt }),
      )
      .finally(() => flights.delete(key));
    const flight = { outcome, signal: options.signal };
    flights.set(key, flight);
    return flight;
  }

  return {
    run: async (key, options, produce) => {
      for (;;) {
        options.signal.throwIfAborted();
        const flight = flights.get(key) ?? launch(key, options, produce);
        const outcome = await orAborted(flight.outcome, options.signal);
        if ('landed' in outcome) {
          if (outcome.landed.at >= options.notBefore) return outcome.landed;
          continue;
        }
        // Whoever launched it may have been called off, which is no failure of ours; and what failed may have begun before our time.
        const calledOff = flight.signal.aborted && !options.signal.aborted;
        if (!calledOff && outcome.startedAt >= options.notBefore) throw outcome.error;
      }
    },
    close: async () => {
      connection.disconnect();
    },
  };
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted]);
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
