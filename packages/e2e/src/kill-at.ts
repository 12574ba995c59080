import type { Deps } from '@keelson/worker';

/** Ends this process at once, as `kill -9` does: nothing is caught, flushed or handed over. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the next statement of this thread matters to anybody outside.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('unreachable');
}

/** A step: before or after a call to something outside, for the first or the second time. `after write 1`, `before add image-patch 1`. */
export type Step = `${'before' | 'after'} ${string}`;

/**
 * Puts a step before and after every call that a function makes to something outside: Redis, the registry, the API server, the queue.
 * At the given step the process dies.
 */
export function killAt(step: Step): (deps: Deps) => Deps {
  const times = new Map<string, number>();
  const pass = (name: string) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    if (`${name} ${time}` === step) die();
  };

  function around<T extends object>(target: T, names: readonly (keyof T & string)[]): T {
    return new Proxy(target, {
      get(object, property, receiver) {
        const value: unknown = Reflect.get(object, property, receiver);
        const name = names.find((known) => known === property);
        if (name === undefined || typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          const what = `${name}${functionName(given[0])}`;
          pass(`before ${what}`);
          const result: unknown = await Reflect.apply(value, object, given);
          pass(`after ${what}`);
          return result;
        };
      },
    });
  }

  return (deps) => ({
    ...deps,
    history: around(deps.history, ['begin', 'transition', 'adopt']),
    producer: around(deps.producer, ['add']),
    registry: around(deps.registry, ['describe']),
    writes: {
      ...deps.writes,
      pathFor: (...about) => around(deps.writes.pathFor(...about), ['write']),
    },
  });
}

/** ` image-patch`, where the call's first argument is a function's definition. */
function functionName(given: unknown): string {
  return typeof given === 'object' && given !== null && 'retry' in given && 'name' in given
    ? ` ${String(given.name)}`
    : '';
}
