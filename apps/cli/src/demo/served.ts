import { z } from 'zod';

const about = z.object({ version: z.string(), commit: z.string(), environment: z.string(), pod: z.string() });

/** The app's response at `/api/version`. */
export type Served = z.output<typeof about>;

/**
 * Requests `/api/version` several times, one after the other, so that each pod behind the page has its turn.
 *
 * @throws Error when a response is not 200 or not of this shape
 */
export async function servedAt(url: string, times = 4): Promise<readonly Served[]> {
  const answers: Served[] = [];
  for (let time = 0; time < times; time += 1) {
    const response = await fetch(new URL('/api/version', url));
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
    answers.push(about.parse(await response.json()));
  }
  return answers;
}
