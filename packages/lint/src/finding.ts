import type { Finding, Location, Severity } from './report/schema.ts';

/** One finding. `message` says what is wrong and what follows from it, `remedy` what to do. */
export function finding(
  code: string,
  severity: Severity,
  location: Location,
  message: string,
  remedy: string,
): Finding {
  return { code, severity, location, message, remedy };
}
