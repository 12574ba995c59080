import type { Schedule } from '@keelson/core';
import { parseDuration } from '@keelson/core';
import { nearest } from '../nearest.ts';
import type { Pattern } from '../patterns/read-pattern.ts';
import { readPattern } from '../patterns/read-pattern.ts';
import { quote } from '../quote.ts';
import { defaultSchedule, readSchedule } from '../schedule/read-schedule.ts';
import type { Warning } from '../warning.ts';
import type { Intent } from './intent.ts';
import type { Setting } from './settings.ts';

/** The value that is used, and warnings where it is not what the manifest says. */
export interface Reading<T> {
  readonly value: T;
  readonly warnings: readonly Warning[];
}

const all: Pattern = { test: () => true };
const none: Pattern = { test: () => false };

/** DNS subdomain: a valid name of a Secret. */
const secretName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Values by which people name Keel's default trigger: to Keel, everything but `poll` means it. */
const webhookWords = ['default', 'webhook', 'webhooks', 'hint', 'pubsub', 'approval'];

const rollbacks: readonly Intent['rollback'][] = ['auto', 'hold', 'off'];

/** The longest soak, and the longest that Flux' reconciliation may be disabled: what is wrong for longer needs a person. */
const daySeconds = 86_400;

/** `true` or `false`, spelled exactly so, as Keel reads them. Unset or unreadable: false. */
export function readFlag(setting: Setting | undefined): Reading<boolean> {
  if (!setting || setting.value === 'true' || setting.value === 'false') return ok(setting?.value === 'true');
  return withWarning(
    setting,
    false,
    'which is neither "true" nor "false"; it counts as "false"',
    'write "true" to turn it on',
  );
}

/** The trigger. Unset it is `poll` under our own policy key and Keel's default under Keel's. */
export function readTrigger(setting: Setting | undefined, policy: Setting | undefined): Reading<Intent['trigger']> {
  if (!setting) return ok(policy?.own ? 'poll' : 'webhook');
  const { key, value } = setting;
  if (value === 'poll') return ok('poll');
  if (webhookWords.includes(value)) return ok('webhook');
  const meant = nearest(value, ['poll', ...webhookWords]) ?? 'poll';
  const message = `${key} is ${quote(value)}, which is not a known trigger: Keelson checks only when a webhook is received or a user requests it; write "${meant}".`;
  return { value: 'webhook', warnings: [{ code: 'unknown-trigger', key, message }] };
}

/** The poll schedule. Unset: every minute; unreadable: every hour. */
export function readPollSchedule(setting: Setting | undefined): Reading<Schedule> {
  if (!setting) return ok(defaultSchedule);
  const { key, value } = setting;
  const { schedule, problem } = readSchedule(value);
  return {
    value: schedule,
    warnings: problem ? [{ code: problem.code, key, message: `${key}: ${problem.message}.` }] : [],
  };
}

/**
 * Which containers, by a pattern that may match anywhere in the name (Go RE2, as in Keel). An unreadable pattern matches none: its author
 * wanted to exclude some, and Keelson cannot know which.
 */
export function readNames(setting: Setting | undefined): Reading<Pattern> {
  if (!setting) return ok(all);
  if (setting.value === '')
    return withWarning(setting, all, 'so every container is followed', 'remove it, or write a pattern such as "^app$"');
  const { pattern, problem } = readPattern(setting.value);
  if (pattern) return ok(pattern);
  return withWarning(setting, none, `${problem.why}; no container is followed`, problem.advice);
}

/** The name of a Secret. Unreadable: none. */
export function readSecretName(setting: Setting | undefined): Reading<string | undefined> {
  if (!setting) return ok(undefined);
  if (secretName.test(setting.value)) return ok(setting.value);
  return withWarning(
    setting,
    undefined,
    'which is not a valid Secret name; it is ignored',
    'write the name of a Secret in the same namespace',
  );
}

/**
 * What follows from a failed rollout. An unreadable value is `hold`: its author did not want the default and may have meant to forbid
 * rollbacks, since after a database migration the old image can do more harm than the new one. `hold` rolls nothing back, rolls nothing new
 * out onto the failure, and ends when a user resumes the workload.
 */
export function readRollback(setting: Setting | undefined): Reading<Intent['rollback']> {
  if (!setting) return ok('auto');
  const read = rollbacks.find((word) => word === setting.value);
  if (read) return ok(read);
  const meant = nearest(setting.value, rollbacks);
  const why =
    'which is none of "auto", "hold" and "off"; a failed rollout is left as it is and nothing more is rolled out';
  return withWarning(setting, 'hold', why, `write ${meant ? `"${meant}"` : 'one of them'}`);
}

/** Whether logs are kept. Unreadable: they are not, since the author wanted something else than the default. */
export function readLogs(setting: Setting | undefined): Reading<Intent['logs']> {
  if (!setting) return ok('on');
  if (setting.value === 'on' || setting.value === 'off') return ok(setting.value);
  return withWarning(setting, 'off', 'which is neither "on" nor "off"; no log is kept', 'write "off", or "on"');
}

/** Seconds, at least one. Unreadable: the workload's own progress deadline. */
export function readDeadline(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return ok(undefined);
  const seconds = secondsOf(setting.value);
  if (seconds !== undefined && seconds >= 1) return ok(Math.floor(seconds));
  const why = "which is not a duration of a second or more; the workload's own progress deadline counts";
  return withWarning(setting, undefined, why, 'write for example "10m"');
}

/** Seconds; 0 is none. A fraction counts as a whole second, so that it is never rounded to none. Unreadable: Keelson's own setting. */
export function readSoak(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return ok(undefined);
  const seconds = secondsOf(setting.value);
  const advice = 'write for example "5m", or "0" for none';
  if (seconds === undefined || seconds < 0) {
    return withWarning(setting, undefined, "which is not a duration; Keelson's own setting counts", advice);
  }
  return seconds > daySeconds ? tooLong(setting, advice) : ok(Math.ceil(seconds));
}

/** Seconds, from one to a day. Unreadable: never, since Flux' reconciliation is disabled only on request. */
export function readFluxHold(setting: Setting | undefined): Reading<number | undefined> {
  if (!setting) return ok(undefined);
  const seconds = secondsOf(setting.value);
  const advice = 'write for example "1h"';
  if (seconds === undefined || seconds < 1) {
    return withWarning(
      setting,
      undefined,
      'which is not a duration of a second or more; 1h is used',
      'write for example "30m"',
    );
  }
  return seconds > daySeconds ? tooLong(setting, advice) : ok(Math.floor(seconds));
}

function ok<T>(value: T): Reading<T> {
  return { value, warnings: [] };
}

/** A value that is not used as written: `why` says what is used instead, `advice` what to write. */
function withWarning<T>(
  { key, value: text }: Setting,
  value: T,
  why: string,
  advice: string,
  code = 'unreadable-value',
): Reading<T> {
  const message = `${key} is ${text === '' ? 'empty' : quote(text)}, ${why}; ${advice}.`;
  return { value, warnings: [{ code, key, message }] };
}

/** A Go duration, or a bare number of seconds. */
function secondsOf(text: string): number | undefined {
  const ms = parseDuration(/^[0-9]+$/.test(text) ? `${text}s` : text);
  return ms === undefined ? undefined : ms / 1_000;
}

function tooLong(setting: Setting, advice: string): Reading<number> {
  return withWarning(setting, daySeconds, 'which is longer than a day; 24h is used', advice, 'duration-too-long');
}
