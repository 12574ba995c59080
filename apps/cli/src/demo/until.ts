import { sleep } from '@keelson/core/wait';

const EVERY_MS = 100;

/** Asks again and again until there is an answer; undefined when there is none in that time. */
export async function until<T>(ask: () => Promise<T | undefined>, patienceMs: number): Promise<T | undefined> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(EVERY_MS);
  }
  return undefined;
}
