import { readFileSync } from 'node:fs';
import { ConfigError } from '@keelson/config';
import type { ApiDeps } from '../../deps.ts';
import type { Access } from '../access.ts';
import type { Known } from '../secrets.ts';
import { parseTokens } from './parse-tokens.ts';

export interface TokensFile {
  readonly path: string;
  /** Tokens that have their own setting, by its name. */
  readonly reserved: Readonly<Record<string, string | undefined>>;
}

export interface OpenTokens {
  /** The tokens as the file has them. */
  readonly current: () => readonly Known<Access>[];
  close(): void;
}

const everyMs = 10_000;

/**
 * Reads the tokens now, and again within ten seconds of a change: kubelet replaces the files of a mounted Secret. A file that is wrong or gone later changes nothing,
 * and the log says so: remove a token from the file to end its access.
 *
 * @throws ConfigError when the file cannot be read or is wrong now.
 */
export function openTokens(given: TokensFile, log: ApiDeps['log'], checkMs = everyMs): OpenTokens {
  let text = readTokens(given);
  let tokens = parseTokens(text, given.reserved);
  let reported = '';
  const check = (): void => {
    try {
      const found = readTokens(given);
      if (found === text) return;
      tokens = parseTokens(found, given.reserved);
      text = found;
      reported = '';
      log.info({ names: tokens.map(({ value }) => value.name) }, 'tokens read again');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message === reported) return;
      reported = message;
      log.error({ err: error }, 'the tokens changed and cannot be read; those before stay');
    }
  };
  const timer = setInterval(check, checkMs).unref();
  return { current: () => tokens, close: () => clearInterval(timer) };
}

/** @throws ConfigError as `openTokens` does. */
export function checkTokens(given: TokensFile): void {
  parseTokens(readTokens(given), given.reserved);
}

function readTokens({ path }: TokensFile): string {
  let code: string;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  }
  const message = `KEELSON_TOKENS names ${path}, which cannot be read (${code}). Check that it is there, and its rights.`;
  throw new ConfigError([{ variable: 'KEELSON_TOKENS', message }]);
}
