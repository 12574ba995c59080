import { orAborted } from '@keelson/core/wait';
import type { QueueOptions } from '../redis/connect.ts';
import { connectQuick } from '../redis/connect.ts';
import { tagged } from '../redis/names.ts';
import type { SingleFlight, SingleFlightOptions } from '../types.ts';
import type { Produced } from './produce-once.ts';
import { produceOnce } from './produce-once.ts';

type Outcome = { readonly produced: Produced } | { readonly error: unknown; readonly startedAt: number };

/** Shares productions among a share's callers in this process first, and through Redis among processes and shares. */
export function createSingleFlight({ redis, prefix }: QueueOptions): SingleFlight {
  const connection = connectQuick(redis);
  /** By share and key. */
  const flights = new Map<string, { readonly outcome: Promise<Outcome>; readonly signal: AbortSignal }>();

  function start(key: string, options: SingleFlightOptions, produce: () => Promise<string>) {
    const flightKey = flightKeyOf(key, options);
    let startedAt = Number.POSITIVE_INFINITY;
    const base = `${tagged(prefix)}:flight:${key}`;
    const outcome = produceOnce(connection, base, options, produce, (at) => {
      startedAt = at;
    })
      .then(
        (produced): Outcome => ({ produced }),
        (error: unknown): Outcome => ({ error, startedAt }),
      )
      .finally(() => flights.delete(flightKey));
    const flight = { outcome, signal: options.signal };
    flights.set(flightKey, flight);
    return flight;
  }

  return {
    run: async (key, options, produce) => {
      for (;;) {
        options.signal.throwIfAborted();
        const flight = flights.get(flightKeyOf(key, options)) ?? start(key, options, produce);
        const outcome = await orAborted(flight.outcome, options.signal);
        if ('produced' in outcome) {
          if (outcome.produced.at >= options.notBefore) return outcome.produced;
          continue;
        }
        // The caller that started it may have aborted, which is no failure for the others. And a failed production may have started before
        // `notBefore`.
        const starterAborted = flight.signal.aborted && !options.signal.aborted;
        if (!starterAborted && outcome.startedAt >= options.notBefore) throw outcome.error;
      }
    },
    close: async () => {
      connection.disconnect();
    },
  };
}

function flightKeyOf(key: string, { share }: SingleFlightOptions): string {
  return `${share}\n${key}`;
}
