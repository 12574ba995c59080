import type { Schedule } from '@keelson/core';
import { bounds, formatSchedule, parseDuration } from '@keelson/core';
import { LRUCache } from 'lru-cache';
import { quote } from '../quote.ts';
import { isTimeZone, readCron, stepProblem } from './cron.ts';

/** What is used where a workload names no schedule: Keel's own default. */
export const defaultSchedule: Schedule = { type: 'every', ms: 60_000 };

/** What is used for a schedule that cannot be read. Its author wanted fewer checks than the default, if anything. */
const carefulSchedule: Schedule = { type: 'every', ms: 3_600_000 };

const floorMs = 1_000;
/** Longer units than Go has, which people write all the same. */
const longUnits = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([dw])/g;
const zone = /^(?:CRON_TZ|TZ)=(\S+)\s+(.*)$/;

export interface ScheduleReading {
  readonly schedule: Schedule;
  /** Absent when the text said exactly this schedule. */
  readonly problem?: { readonly code: 'unreadable-schedule' | 'schedule-too-short'; readonly message: string };
}

/**
 * The schedule that a text names; never throws. Read are `@every 90s`, Go durations (`1m30s`, as Keel's page stores them), the same with days
 * and weeks (`1d12h`), cron with 5 fields and with 6 (seconds first), `@hourly` and its like, all with `CRON_TZ=Europe/Berlin ` or `TZ=` before them.
 * Five fields mean minutes first, as everywhere; Keel reads them as seconds first, so that `0 3 * * *` runs hourly there.
 * Parts of a second are dropped (robfig/cron, constantdelay.go). Less than a second becomes one; what cannot be read, an hour.
 */
export function readSchedule(text: string): ScheduleReading {
  const spec = text.trim();
  if (spec === '') return unreadable(text, 'names no schedule');
  if (spec.length > bounds.scheduleChars) return unreadable(text, 'is too long for a schedule');
  return kept.get(spec) ?? keep(spec);
}

/** A workload's annotations are read many times, and a cron expression takes a while. */
const kept = new LRUCache<string, ScheduleReading>({ max: bounds.schedulesKept });

function keep(spec: string): ScheduleReading {
  const reading = readSpec(spec);
  kept.set(spec, reading);
  return reading;
}

function readSpec(text: string): ScheduleReading {
  const [, tz, zoned] = zone.exec(text) ?? [];
  if (tz !== undefined && !isTimeZone(tz)) return unreadable(text, `names no time zone (${quote(tz)})`);
  return readBare(text, zoned ?? text, tz);
}

function readBare(text: string, spec: string, tz: string | undefined): ScheduleReading {
  const ms = parseInterval(spec.replace(/^@every\s+/, ''));
  if (ms !== undefined && ms < 0) return unreadable(text, 'is negative');
  if (ms !== undefined) return readInterval(text, ms);
  const pattern = readCron(spec, tz);
  if (pattern === undefined) {
    return unreadable(text, stepProblem(spec) ?? 'is neither an interval nor a cron expression that ever fires');
  }
  return { schedule: { type: 'cron', pattern, ...(tz !== undefined && { tz }) } };
}

function parseInterval(text: string): number | undefined {
  return parseDuration(text.replace(longUnits, (_, amount, unit) => `${Number(amount) * (unit === 'w' ? 168 : 24)}h`));
}

function readInterval(text: string, ms: number): ScheduleReading {
  if (ms >= floorMs) return { schedule: { type: 'every', ms: Math.floor(ms / 1_000) * 1_000 } };
  const message = `${quote(text)} is shorter than a second; every 1s is used`;
  return { schedule: { type: 'every', ms: floorMs }, problem: { code: 'schedule-too-short', message } };
}

function unreadable(text: string, why: string): ScheduleReading {
  const message = `${quote(text)} ${why}; ${formatSchedule(carefulSchedule)} is used; write for example "@every 5m" or "0 3 * * *"`;
  return { schedule: carefulSchedule, problem: { code: 'unreadable-schedule', message } };
}
