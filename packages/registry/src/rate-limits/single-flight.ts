import { sleep } from '@keelson/core/wait';

/** How long a namespace waits for the answer to another one's request, in milliseconds: that may be paused, or stand in a line of the other's own. */
const patienceMs = 1_000;
/** So often: each time it may be one more namespace's. */
const mostWaits = 3;

interface Flight<T> {
  readonly share: string;
  readonly answer: Promise<T>;
}

/**
 * Runs work once for all callers that need it at the same time. A caller that stops waiting does not end it for the others, and what fails or is slow
 * for one namespace fails or delays no other one: that runs it anew (law 17).
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  async run(key: string, share: string, work: () => Promise<T>): Promise<T> {
    for (let waits = 0; waits < mostWaits; waits++) {
      const known = this.#flights.get(key);
      if (known === undefined) break;
      if (known.share === share) return known.answer;
      const answered = await answerOf(known);
      if (answered !== undefined) return answered.value;
      // Of those that waited for it only one goes on in its place.
      if (this.#flights.get(key) === known) break;
    }
    return this.#start(key, share, work);
  }

  #start(key: string, share: string, work: () => Promise<T>): Promise<T> {
    const answer = work().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    const flight = { share, answer };
    this.#flights.set(key, flight);
    return answer;
  }
}

/** Undefined where it fails, or does not come in time. */
async function answerOf<T>({ answer }: Flight<T>): Promise<{ readonly value: T } | undefined> {
  const waiting = new AbortController();
  const answered = answer.then(
    (value) => ({ value }),
    () => undefined,
  );
  const late = sleep(patienceMs, waiting.signal).then(() => undefined);
  return Promise.race([answered, late]).finally(() => waiting.abort());
}
