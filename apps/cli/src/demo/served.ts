import { z } from 'zod';

const about = z.object({ version: z.string(), commit: z.string(), environment: z.string(), pod: z.string() });

/** What a page's app says of itself. */
export type Served = z.output<typeof about>;

/** The first answers, one after the other, so that each pod behind the page has its turn. Throws when the page does not answer as it should. */
export async function servedAt(url: string, times = 4): Promise<readonly Served[]> {
  const answers: Served[] = [];
  for (let time = 0; time < times; time += 1) {
    const response = await fetch(new URL('/api/version', url));
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
    answers.push(about.parse(await response.json()));
  }
  return answers;
}
