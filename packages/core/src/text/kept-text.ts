import { bounds } from '../bounds.ts';
import { escapeLines, escapeText } from './escape-text.ts';
import { maskSecrets, maskSecretsOfTail } from './mask-secrets.ts';

/** A message as it is kept and shown: without what looks like a secret, escaped, in one line, and shortened from its end. */
export function keptMessage(text: string, most: number = bounds.messageChars): string {
  return shorten(escapeText(maskSecrets(text)), most);
}

/** The same of a message that may have lines: what a container left when it ended. A long one may be the end of its log. */
export function keptMessageLines(text: string): string {
  const masked = isEndOfLog(text) ? maskSecretsOfTail(text) : maskSecrets(text);
  return shorten(escapeLines(masked), bounds.messageChars);
}

/** The end of a log as it is kept and shown; where it was `cut` at its start, without its first line. */
export function keptLog(text: string, cut = false): string {
  const log = escapeLines(cut ? maskSecretsOfTail(text) : maskSecrets(text));
  return log.length > bounds.logChars ? `…${log.slice(1 - bounds.logChars).replace(/^[\uDC00-\uDFFF]/, '')}` : log;
}

/** The kubelet's `FallbackToLogsOnError` takes the last 2,048 bytes, wherever a line begins. */
function isEndOfLog(text: string): boolean {
  return text.includes('\n') && new TextEncoder().encode(text).length >= 2_048;
}

/** Masked again where it was cut, so that keeping the result keeps it as it is. */
function shorten(text: string, most: number): string {
  const cut = (long: string): string =>
    long.length > most ? `${long.slice(0, most - 1).replace(/(?:[\uD800-\uDBFF]|\[s?e?c?r?e?t?)$/, '')}…` : long;
  return text.length > most ? cut(maskSecrets(cut(text))) : text;
}
