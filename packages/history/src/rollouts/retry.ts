import { HistoryError } from '../errors.ts';

/** Another caller wins each attempt that is lost, so this many in a row mean that something is wrong. */
const attempts = 200;

/** Repeats an attempt until it returns something else than undefined, which means that another caller wrote in between. @throws HistoryError `unavailable` after 200 attempts. */
export async function retryWhileMoved<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let done = 0; done < attempts; done++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new HistoryError(`${what} failed because other callers wrote first, ${attempts} times.`, {
    code: 'unavailable',
  });
}
