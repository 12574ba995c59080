/** What fails while Redis is away, full or refuses writes is one failure, whatever was to be done. */
const ofRedis: ReadonlySet<unknown> = new Set(['unavailable', 'full', 'readonly', 'denied', 'refused']);
const clients: ReadonlySet<string> = new Set(['HistoryError', 'QueueError']);

/**
 * What a line with an error is about, for lines that repeat; undefined for all others. Failures of one namespace are distinguished from those of others, so
 * that none hides another's.
 */
export function kindOfFailure(fields: unknown, message: unknown): string | undefined {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return undefined;
  const { err } = fields;
  const name = err instanceof Error ? err.name : typeof err;
  const code = err instanceof Error && 'code' in err ? String(err.code) : name;
  // Each of them is another record, and reported once.
  if (code === 'corrupt') return undefined;
  if (clients.has(name) && ofRedis.has(code)) return `Redis ${code}`;
  const task = 'function' in fields ? fields.function : '';
  return [message, task, code, namespaceOf(fields)].join(' ');
}

function namespaceOf(fields: object): string {
  const input = 'input' in fields && typeof fields.input === 'object' && fields.input !== null ? fields.input : {};
  const about = { schedule: '', ...input, ...fields };
  const id = 'workload' in about ? about.workload : about.schedule;
  return typeof id === 'string' ? id.slice(0, Math.max(id.indexOf('/'), 0)) : '';
}
