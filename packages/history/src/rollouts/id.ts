import { HistoryError } from '../errors.ts';

/**
 * A rollout's id is a number in base 36, padded so that text sorts as numbers do: sixteen for every millisecond since the epoch, each given once
 * and never smaller than the one before. So it carries the start, and a time range is a range of ids. `scripts/id.lua` makes them.
 */
const perMillisecond = 16;
const width = 9;
const shape = /^[0-9a-z]{9}$/;

/** When the rollout of this id was begun, in milliseconds since the epoch. */
export function startOf(id: string): number {
  return Math.floor(Number.parseInt(id, 36) / perMillisecond);
}

export function idOf(number: number): string {
  return Math.min(Math.max(number, 0), 36 ** width - 1)
    .toString(36)
    .padStart(width, '0');
}

/** The first id that a rollout begun at this moment can have. */
export function firstIdAt(ms: number): string {
  return idOf(Math.ceil(ms) * perMillisecond);
}

/** The last id that a rollout begun at this moment can have. */
export function lastIdAt(ms: number): string {
  return idOf((Math.floor(ms) + 1) * perMillisecond - 1);
}

export function isRolloutId(text: string): boolean {
  return shape.test(text);
}

export function parseCursor(text: string): string {
  if (!isRolloutId(text))
    throw new HistoryError('This cursor is not one that a page of rollouts gave.', { code: 'invalid' });
  return text;
}

/** The id as the number that the index stream uses. */
export function numberOf(id: string): number {
  return Number.parseInt(id, 36);
}
