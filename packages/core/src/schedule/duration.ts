const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // The micro sign and the Greek letter mu: Go takes both.
  '\u00B5s': 1e-3,
  '\u03BCs': 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const piecePattern = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|\u00B5s|\u03BCs|ms|s|m|h)/y;

/** What fits into a Go duration, in milliseconds: about 292 years. */
const maxMs = 2 ** 63 / 1e6;

/** A Go duration (`1m30s`, `1.5h`, `-5s`, `0`: time.ParseDuration) in milliseconds, fractions included; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') return undefined;
  let ms = 0;
  piecePattern.lastIndex = 0;
  while (piecePattern.lastIndex < body.length) {
    const piece = piecePattern.exec(body);
    if (!piece) return undefined;
    const [, amount = '', unit = ''] = piece;
    ms += Number(amount) * (unitMs[unit] ?? Number.NaN);
  }
  // Whole nanoseconds, as Go counts, so that no binary fraction makes a second shorter than a second.
  return ms < maxMs ? (sign * Math.round(ms * 1e6)) / 1e6 : undefined;
}

/** Whole seconds the shortest way that Go reads back: 90,000 is `1m30s`, 3,600,000 is `1h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('') || '0s';
}
