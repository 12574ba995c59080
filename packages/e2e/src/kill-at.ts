import type { Deps } from '@keelson/worker';

/** Ends this process at once, as `kill -9` does: nothing is caught, flushed or handed over. */
export function killProcess(): never {
  process.kill(process.pid, 'SIGKILL');
  // Until the signal is delivered this thread does nothing more.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('unreachable');
}

/**
 * A step: before or after a call to something outside, by the call's name, what it is about and a number. The number is that of the rollout,
 * in the order in which they are first named, where the call is about one, else how often the call was made: `after write back 1`,
 * `before add image-patch 2` (the job that is to write the second rollout), `after transition failed 1`.
 */
export type Step = `${'before' | 'after'} ${string}`;

/**
 * Puts a step before and after every call that a function makes to something outside and that leaves or fetches anything: Redis, the
 * registry, the API server, the queue. At the given step `end` is called, which ends the worker and never returns.
 */
export function killAt(step: Step, end: () => Promise<never> | never): (deps: Deps) => Deps {
  const counts = new Map<string, number>();
  const rollouts: string[] = [];

  function numberOf(name: string, rollout: string | undefined): number {
    if (rollout !== undefined) {
      if (!rollouts.includes(rollout)) rollouts.push(rollout);
      return rollouts.indexOf(rollout) + 1;
    }
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  }

  function around<T extends object>(target: T, names: readonly (keyof T & string)[], about: About = nothing): T {
    return new Proxy(target, {
      get(object, property, receiver) {
        const value: unknown = Reflect.get(object, property, receiver);
        const name = names.find((known) => known === property);
        if (name === undefined || typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          const { what, rollout } = about(name, given);
          const called = what === undefined ? name : `${name} ${what}`;
          const call = `${called} ${numberOf(called, rollout)}`;
          if (`before ${call}` === step) await end();
          try {
            const answer: unknown = await Reflect.apply(value, object, given);
            return answer;
          } finally {
            // The answer does not matter: the API server of the tests has no logs to give.
            if (`after ${call}` === step) await end();
          }
        };
      },
    });
  }

  return (deps) => ({
    ...deps,
    history: around(deps.history, ['begin', 'transition', 'adopt', 'putCheck'], (name, [id, next]) =>
      name === 'transition' ? { what: text(next, 'to'), rollout: String(id) } : {},
    ),
    producer: around(deps.producer, ['add'], (_, [definition, input]) => ({
      what: text(definition, 'name'),
      rollout: text(input, 'rollout'),
    })),
    registry: around(deps.registry, ['observe', 'describe'], (name, [image]) =>
      name === 'observe' ? { what: text(image, 'tag') === undefined ? 'digest' : 'tag' } : {},
    ),
    reader: around(deps.reader, ['readLog']),
    writes: {
      ...around(deps.writes, ['writeState']),
      pathFor: async (workload, direction, options) =>
        around(await deps.writes.pathFor(workload, direction, options), ['write'], () => ({ what: direction })),
    },
  });
}

type About = (
  name: string,
  given: readonly unknown[],
) => { readonly what?: string | undefined; readonly rollout?: string | undefined };

const nothing: About = () => ({});

/** A field of a call's argument, where there is one and it is text. */
function text(given: unknown, field: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const value: unknown = Reflect.get(given, field);
  return typeof value === 'string' ? value : undefined;
}
