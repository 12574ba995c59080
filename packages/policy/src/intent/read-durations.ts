import { parseDuration } from '@keelson/core';
import type { Setting } from './find-settings.ts';
import type { Reading } from './reading.ts';
import { fine, odd } from './reading.ts';

/** The longest soak, and the longest that Flux may be told to leave an object alone: whatever is wrong for longer needs a person. */
const DAY_SECONDS = 86_400;

/** Seconds, at least one. Unreadable: the workload's own progress deadline. */
export function readDeadline(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return fine(undefined);
  const seconds = secondsOf(setting.value);
  if (seconds !== undefined && seconds >= 1) return fine(Math.floor(seconds));
  const why = "which is no duration of a second or more; the workload's own progress deadline counts";
  return odd(setting, undefined, why, 'write for example "10m"');
}

/** Seconds; 0 is none, and a fraction counts as a whole second, so that it never comes to none. Unreadable: Keelson's own setting. */
export function readSoak(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return fine(undefined);
  const seconds = secondsOf(setting.value);
  const advice = 'write for example "5m", or "0" for none';
  if (seconds === undefined || seconds < 0) {
    return odd(setting, undefined, "which is no duration; Keelson's own setting counts", advice);
  }
  return seconds > DAY_SECONDS ? tooLong(setting, advice) : fine(Math.ceil(seconds));
}

/** Seconds, from one to a day. Unreadable: never, since holding Flux off is done only where somebody asked for it. */
export function readFluxHold(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return fine(undefined);
  const seconds = secondsOf(setting.value);
  const advice = 'write for example "1h"';
  if (seconds === undefined || seconds < 1) {
    return odd(setting, undefined, 'which is no duration of a second or more; Flux is not held off', advice);
  }
  return seconds > DAY_SECONDS ? tooLong(setting, advice) : fine(Math.floor(seconds));
}

/** A Go duration, or a bare number of seconds. */
function secondsOf(text: string): number | undefined {
  const ms = parseDuration(/^[0-9]+$/.test(text) ? `${text}s` : text);
  return ms === undefined ? undefined : ms / 1_000;
}

function tooLong(setting: Setting, advice: string): Reading<number> {
  return odd(setting, DAY_SECONDS, 'which is longer than a day; 24h is used', advice, 'duration-too-long');
}
