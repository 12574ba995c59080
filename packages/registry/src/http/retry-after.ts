/** The three forms that HTTP dates have (RFC 9110 §5.6.7): IMF-fixdate, RFC 850, asctime. */
const httpDates = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** The longest wait, in milliseconds: one request an hour does not burden a registry that wants a longer wait. */
const longest = 3_600_000;

/**
 * How long to wait by a `Retry-After` header (RFC 9110 §10.2.3): seconds or an HTTP date, in milliseconds, at most an hour. A date counts from the
 * response's own `date`, since clocks differ, else from `now`. Undefined where the header is absent or neither.
 */
export function retryAfter(header: string | undefined, date: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, longest);
  const at = readDate(text);
  return at === undefined ? undefined : Math.min(Math.max(0, at - (readDate(date?.trim() ?? '') ?? now)), longest);
}

function readDate(text: string): number | undefined {
  if (!httpDates.some((form) => form.test(text))) return undefined;
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}
