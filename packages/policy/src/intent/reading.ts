import { quote } from '../quote.ts';
import type { Warning } from '../types.ts';
import type { Setting } from './find-settings.ts';

/** What counts, and what is to be said about it. */
export interface Reading<T> {
  readonly value: T;
  readonly warnings: readonly Warning[];
}

export function fine<T>(value: T): Reading<T> {
  return { value, warnings: [] };
}

/** A value that is not taken as it is written: `why` says what counts instead, `advice` what to write. */
export function odd<T>(
  { key, value: text }: Setting,
  value: T,
  why: string,
  advice: string,
  code = 'unreadable-value',
): Reading<T> {
  const message = `${key} is ${text === '' ? 'empty' : quote(text)}, ${why}; ${advice}.`;
  return { value, warnings: [{ code, key, message }] };
}
