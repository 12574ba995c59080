import { HistoryError } from '../errors.ts';

/**
 * A rollout's id is a number in base 36 with nine digits, so that ids sort as numbers do. Sixteen numbers belong to each millisecond since the epoch;
 * each is used once, and is larger than all before. So an id contains the start of its rollout, and a time range is a range of ids. `scripts/id.lua` creates them.
 */
const perMillisecond = 16;
const width = 9;
const shape = /^[0-9a-z]{9}$/;

/** When the rollout of this id began, in milliseconds since the epoch. */
export function startOf(id: string): number {
  return Math.floor(Number.parseInt(id, 36) / perMillisecond);
}

/** The id with this number. */
export function idOf(number: number): string {
  return Math.min(Math.max(number, 0), 36 ** width - 1)
    .toString(36)
    .padStart(width, '0');
}

/** The first id of a rollout that began at this time, in milliseconds since the epoch. */
export function firstIdAt(ms: number): string {
  return idOf(Math.ceil(ms) * perMillisecond);
}

/** The last id of a rollout that began at this time, in milliseconds since the epoch. */
export function lastIdAt(ms: number): string {
  return idOf((Math.floor(ms) + 1) * perMillisecond - 1);
}

export function isRolloutId(text: string): boolean {
  return shape.test(text);
}

/** @throws HistoryError `invalid`, also for the id before all others, below which Redis reads no range. */
export function parseCursor(text: string): string {
  if (!isRolloutId(text) || numberOf(text) === 0)
    throw new HistoryError('This cursor was not returned with a page of rollouts.', { code: 'invalid' });
  return text;
}

/** The number of an id, which the index stream uses. */
export function numberOf(id: string): number {
  return Number.parseInt(id, 36);
}
