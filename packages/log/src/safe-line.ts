import { escapeLines, maskSecrets } from '@keelson/core';

/** Fields that hold secrets, at any depth. A second line of defence: no code may log them. */
const secretFields = new Set([
  'password',
  'token',
  'authorization',
  'auth',
  'secret',
  'cookie',
  'credentials',
  'redisUrl',
]);

/**
 * A line of the log as it is written: secrets masked in every text of it, whatever it quotes, and what changes how a terminal shows the rest escaped:
 * JSON itself leaves C1, DEL, bidi and zero-width characters as they are.
 */
export function safeLine(line: string): string {
  return `${JSON.stringify(JSON.parse(line), safeValue)}\n`;
}

function safeValue(key: string, value: unknown): unknown {
  if (secretFields.has(key)) return '[secret]';
  return typeof value === 'string' ? escapeLines(maskSecrets(value)) : value;
}
