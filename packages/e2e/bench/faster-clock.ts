import type { WorkerOptions } from '@keelson/worker';

type Deps = Parameters<NonNullable<WorkerOptions['wrap']>>[0];

export interface FasterClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** What this clock shows at a time of the machine's. */
  at(time: number): number;
  /** Has the functions live by it: their time, the delays of their jobs, and the age of answers that they share. */
  wrap(this: void, deps: Deps): Deps;
}

/** A clock that shows the machine's time now, and from now on runs this many times as fast. */
export function fasterClock(speed: number): FasterClock {
  const start = Date.now();
  const at = (time: number) => start + (time - start) * speed;
  const back = (shown: number) => start + (shown - start) / speed;
  const now = () => at(Date.now());
  return {
    now,
    at,
    wrap(deps) {
      if (speed === 1) return deps;
      const { producer, singleFlight } = deps;
      return {
        ...deps,
        now,
        producer: {
          ...producer,
          add: (fn, input, { delayMs } = {}) =>
            producer.add(fn, input, delayMs === undefined ? {} : { delayMs: Math.max(1, Math.ceil(delayMs / speed)) }),
        },
        singleFlight: {
          ...singleFlight,
          async run(key, options, produce) {
            const { notBefore, minGapMs, keepMs } = options;
            const own = {
              ...options,
              notBefore: Math.floor(back(notBefore)),
              minGapMs: Math.ceil(minGapMs / speed),
              keepMs: Math.ceil(keepMs / speed),
            };
            const { value, at: started } = await singleFlight.run(key, own, produce);
            return { value, at: at(started) };
          },
        },
      };
    },
  };
}
