import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { explain } from '../redis/explain.ts';

/** What BullMQ reports of a run that went on after its lock had expired: the job is another worker's by then, and runs again. */
const lockLost =
  /^(?:could not renew lock for job|Missing (?:lock|key) for job|Lock mismatch for job|Job \S+ is not in the)/;

/** What the client says while there is no connection; Redis answers every other error itself. */
const noConnection =
  /^(?:connect |read |write |Connection is closed|Stream isn't writeable|getaddrinfo )|ECONN|ETIMEDOUT|EPIPE/;

/**
 * Logs what a BullMQ worker reports, by what was wrong. That Redis cannot be reached is logged once, not for each worker and attempt, and again
 * when it can. A lock that expired under load is no trouble with Redis.
 */
export function logWorkerErrors(
  connection: Redis,
  log: Log,
): (error: Error, fields: Readonly<Record<string, string>>) => void {
  let away = false;
  connection.on('ready', () => {
    if (away) log.info({}, 'Redis answers again');
    away = false;
  });
  return (error, fields) => {
    if (lockLost.test(error.message)) {
      log.info({ ...fields, err: error }, 'a run took longer than its lock lasted; the job runs again');
    } else if (!noConnection.test(error.message)) {
      log.warn({ ...fields, err: explain(error) }, 'a worker failed to take or to end a job; trying again');
    } else if (!away) {
      away = true;
      log.warn({ err: explain(error) }, 'Redis cannot be reached; waiting for it');
    }
  };
}
