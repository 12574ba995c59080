import { HistoryError } from '../errors.ts';

/** Each turn that is lost was won by somebody else, so this many in a row means that something is very wrong. */
const turns = 200;

/** Repeats a read, decide and compare-and-set until it was not overtaken (undefined means that it was). */
export async function retryWhileMoved<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < turns; turn++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new HistoryError(`${what} was overtaken by others ${turns} times.`, { code: 'unavailable' });
}
