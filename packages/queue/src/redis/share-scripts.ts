import type { Redis, RedisOptions } from 'ioredis';

type Definition = Parameters<Redis['defineCommand']>[1];

/** What a definition adds to a connection, by the name of its command. */
const defined = new Map<string, { readonly lua: string; readonly methods: object; readonly script: object }>();

/**
 * BullMQ defines some seventy scripts on each connection and on its copies, and ioredis hashes each of them. Here that is done once for all
 * connections of a process.
 */
export function shareScripts(redis: Redis): Redis {
  const duplicate = redis.duplicate.bind(redis);
  const define = redis.defineCommand.bind(redis);
  return Object.assign(redis, {
    duplicate: (options?: RedisOptions) => shareScripts(duplicate(options)),
    defineCommand: (name: string, definition: Definition) => {
      const known = defined.get(name);
      if (known?.lua === definition.lua) {
        Object.assign(redis, known.methods);
        Object.assign(redis.scriptsSet, known.script);
        return;
      }
      define(name, definition);
      const methods = pick(redis, [name, `${name}Buffer`]);
      defined.set(name, { lua: definition.lua, methods, script: pick(redis.scriptsSet, [name]) });
    },
  });
}

function pick(from: object, names: readonly string[]): object {
  return Object.fromEntries(names.map((name): [string, unknown] => [name, Reflect.get(from, name)]));
}
