import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

export type Argument = string | number | Buffer;

/** A Lua script, and the hash by which Redis knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export interface ScriptsOptions {
  /** Where the package's `.lua` files are; ends with a slash. */
  readonly folder: URL;
  /** What the strings in a reply come as. */
  readonly replies: 'string' | 'buffer';
  /** Turns what the client threw into the package's own error. */
  readonly explain: (error: unknown) => Error;
}

/** The Lua scripts of one package. */
export interface Scripts {
  /** Reads `NAME.lua`; with several names their texts follow each other, so that scripts can share parts. */
  readonly load: (...names: readonly string[]) => Script;
  /**
   * Runs a script by its hash, and sends its text when Redis does not know it: at its first use, and after a restart.
   *
   * @throws what `explain` returns
   */
  readonly run: (redis: Redis, script: Script, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;
}

/** What loads and runs the Lua scripts of one package. */
export function createScripts({ folder, replies, explain }: ScriptsOptions): Scripts {
  return {
    load: (...names) => {
      const source = names.map((name) => readFileSync(new URL(`${name}.lua`, folder), 'utf8')).join('\n');
      return { source, sha: createHash('sha1').update(source).digest('hex') };
    },
    run: async (redis, { source, sha }, keys, args) => {
      const rest = [keys.length, ...keys, ...args];
      const call = (command: 'EVALSHA' | 'EVAL', script: string): Promise<unknown> =>
        replies === 'buffer' ? redis.callBuffer(command, [script, ...rest]) : redis.call(command, [script, ...rest]);
      try {
        return await call('EVALSHA', sha).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return call('EVAL', source);
        });
      } catch (error) {
        throw explain(error);
      }
    },
  };
}
