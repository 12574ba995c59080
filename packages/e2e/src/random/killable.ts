import type { Deps } from '@keelson/worker';

/** A worker in this process that can be cut off from everything outside in the middle of what it does. */
export interface Killable {
  wrap(this: void, deps: Deps): Deps;
  /** From now on every call fails, and calls that are under way have their effect and no answer. */
  die(): void;
}

/** As near to `kill -9` as one process comes: what was sent is done, what was not is never sent. */
export function createKillable(): Killable {
  let dead = false;
  const refuse = () => new Error('This worker was killed.');

  function around<T extends object>(target: T): T {
    return new Proxy(target, {
      get(object, property) {
        const value: unknown = Reflect.get(object, property, object);
        if (typeof value !== 'function' || property === 'close') return value;
        return (...given: unknown[]) => {
          if (dead) return Promise.reject(refuse());
          const result: unknown = Reflect.apply(value, object, given);
          if (!(result instanceof Promise)) return result;
          return result.then((answer: unknown) => {
            if (dead) throw refuse();
            return answer;
          });
        };
      },
    });
  }

  return {
    wrap: (deps) => ({
      ...deps,
      history: around(deps.history),
      producer: around(deps.producer),
      registry: around(deps.registry),
      reader: around(deps.reader),
      singleFlight: around(deps.singleFlight),
      writes: {
        pinPolicy: deps.writes.pinPolicy,
        holdUntil: (workload) => deps.writes.holdUntil(workload),
        whyFixed: (...about) => deps.writes.whyFixed(...about),
        withOwner: (...about) => around(deps.writes).withOwner(...about),
        pathFor: async (...about) => around(await around(deps.writes).pathFor(...about)),
        writeState: (...about) => around(deps.writes).writeState(...about),
        removeAll: (...about) => around(deps.writes).removeAll(...about),
        removeEntries: (...about) => around(deps.writes).removeEntries(...about),
        unpin: (...about) => around(deps.writes).unpin(...about),
        endHold: (...about) => around(deps.writes).endHold(...about),
        deletePod: (...about) => around(deps.writes).deletePod(...about),
      },
    }),
    die() {
      dead = true;
    },
  };
}
