import type { Finding, Place, Severity } from './report/schema.ts';

/** One finding. `message` says what is wrong and what comes of it, `remedy` what to do. */
export function finding(code: string, severity: Severity, place: Place, message: string, remedy: string): Finding {
  return { code, severity, place, message, remedy };
}
