import { sleep } from '@keelson/core/wait';

const everyMs = 100;

/** The requests to a page so far. */
export interface Watched {
  readonly answered: number;
  /** A message for each request that was not answered with 200. */
  readonly failed: readonly string[];
}

export interface PageWatch {
  readonly seen: Watched;
}

/** Requests a page again and again until the signal, as its users do during a rollout. */
export function watchPage(url: string, until: AbortSignal): PageWatch {
  let answered = 0;
  const failed: string[] = [];
  void (async () => {
    while (!until.aborted) {
      const problem = await request(url);
      if (until.aborted) break;
      if (problem === undefined) answered += 1;
      else failed.push(problem);
      await sleep(everyMs, until);
    }
  })();
  return {
    get seen() {
      return { answered, failed };
    },
  };
}

async function request(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `${url} answered ${response.status}`;
  } catch (error) {
    return `${url} did not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
