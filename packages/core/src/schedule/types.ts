/**
 * When something is due: after a fixed interval in milliseconds, or by a cron expression (5 fields, or 6 with seconds first) in a time zone.
 * Without `tz` a cron expression is in UTC.
 */
export type Schedule =
  | { readonly type: 'every'; readonly ms: number }
  | { readonly type: 'cron'; readonly pattern: string; readonly tz?: string };
