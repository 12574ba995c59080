import { everFires } from '@keelson/core';

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** The last value of each field, seconds first: where `5/15` ends. */
const lastValues = [59, 59, 23, 31, 12, 6];

/** How many values each field has, seconds first. */
const valueCounts = [60, 60, 24, 31, 12, 7];

/**
 * A cron expression of 5 fields (minutes first) or 6 (seconds first), or a nickname, brought to the one form that cron libraries agree on:
 * `?` is `*`, `5/15` is `5-59/15`, both as robfig/cron reads them. undefined when it is unreadable or never fires.
 */
export function readCron(expression: string, tz: string | undefined): string | undefined {
  const fields = (Object.hasOwn(nicknames, expression) ? nicknames[expression] : expression)?.split(/\s+/) ?? [];
  if (fields.length !== 5 && fields.length !== 6) return undefined;
  const last = lastValues.slice(-fields.length);
  const pattern = fields.map((field, index) => plain(field, last[index] ?? 0)).join(' ');
  try {
    return everFires(pattern, tz) ? pattern : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with the first step that is longer than its field, such as a step of 120 among minutes; undefined when there is none. */
export function stepProblem(expression: string): string | undefined {
  const fields = expression.split(/\s+/);
  const counts = valueCounts.slice(-fields.length);
  for (const [index, field] of fields.entries()) {
    const count = counts[index] ?? 0;
    const step = field
      .split(',')
      .map((item) => Number(/\/([0-9]{1,9})$/.exec(item)?.[1] ?? 0))
      .find((one) => one > count);
    if (step !== undefined) return `has a step of ${step} in a field of ${count} values`;
  }
  return undefined;
}

/** True for a time zone that this runtime knows: `Europe/Berlin`, `UTC`. */
export function isTimeZone(tz: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function plain(field: string, last: number): string {
  return field
    .split(',')
    .map((item) => item.replace(/^\?/, '*').replace(/^([0-9]+|[A-Za-z]{3})\//, `$1-${last}/`))
    .join(',');
}
