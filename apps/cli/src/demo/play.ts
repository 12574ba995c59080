import type { EventEmitter } from 'node:events';
import type { History } from '@keelson/history';
import type { ForgeEvent } from '@keelson/laptop';
import { bringUp } from './bring-up.ts';
import { followMain } from './follow-main.ts';
import { narrate } from './narrate.ts';
import { watchPage } from './page-watch.ts';
import type { Place } from './place.ts';
import type { Commands } from './prompt.ts';
import { HELP, prompt } from './prompt.ts';
import type { Branch } from './push.ts';
import { BRANCHES, changes, push } from './push.ts';
import type { Stage } from './story.ts';
import { tellStory } from './story.ts';
import { historyTable, workloadTable } from './tables.ts';
import { until } from './until.ts';

const PATIENCE_MS = 30_000;

export interface DemoOptions {
  /** Ends after the story. */
  readonly script: boolean;
  /** Tells the story once all is up. */
  readonly story: boolean;
}

/** What the demo is played with. */
export interface Cast extends Omit<Stage, 'pages' | 'place'> {
  readonly place: Place;
  readonly history: History;
  readonly forge: EventEmitter<{ event: [ForgeEvent] }>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** From nothing to pages that are served, the story, and then whatever is typed and pushed. Returns the exit code. */
export async function play(cast: Cast, { script, story }: DemoOptions): Promise<number> {
  const { place, history, client, screen, signal } = cast;
  screen.heading('From git push to a served page, on this machine: nothing outside it is touched');
  screen.plain('  A development tool: what would be containers are processes of yours, with nothing around them.\n');
  screen.fact('git', `${place.forge.remote}, whose pushes run .gitlab-ci.yml here`);
  screen.fact('registry', `${place.registry.url}, which stands in for registry.gitlab.com`);
  screen.fact('cluster', `${place.cluster.server}, simulated, kept by a simulated Flux as git says`);
  screen.fact('redis', place.redis.url);
  screen.fact('api', `${place.api.url}/api/v1/rollouts`);

  const urls = await bringUp(place, screen);
  await place.startWorker();
  void narrate(history, screen, signal);
  await untilWatched(client);
  const wrong = story ? await storyOf(cast, urls) : [];
  if (!script) await stayUp(cast, urls);
  return wrong.length === 0 ? 0 : 1;
}

/** Both Deployments have been looked at once, so that what is pushed next is news. */
async function untilWatched(client: Cast['client']): Promise<void> {
  const watched = await until(async () => {
    const looked = (await client.workloads()).filter(({ check }) => check !== undefined);
    return looked.length === BRANCHES.length || undefined;
  }, PATIENCE_MS);
  if (watched) return;
  throw new Error(
    `The two Deployments were not looked at within ${PATIENCE_MS / 1_000} s. What the worker has to say stands above.`,
  );
}

/** The story, while both pages are asked all the time, and the history that it leaves. Returns what did not go as told. */
async function storyOf(cast: Cast, urls: Readonly<Record<Branch, string>>): Promise<readonly string[]> {
  const { client, screen } = cast;
  const asking = new AbortController();
  const until = AbortSignal.any([asking.signal, cast.signal]);
  const withWatch = (url: string) => ({ url, watch: watchPage(url, until) });
  const wrong = await tellStory({ ...cast, pages: { main: withWatch(urls.main), staging: withWatch(urls.staging) } });
  asking.abort();
  screen.heading(`What the API's history says (GET /api/v1/rollouts)`);
  screen.plain(historyTable(await client.rollouts()));
  for (const message of wrong) screen.plain(`  ${message}`);
  return wrong;
}

async function stayUp(cast: Cast, urls: Readonly<Record<Branch, string>>): Promise<void> {
  const { place, screen, forge, signal } = cast;
  forge.on('event', followMain(place, screen));
  screen.heading('It stays up.');
  screen.plain(`  Look:          ${urls.main} (production), ${urls.staging} (staging)`);
  screen.plain(`  Work:          cd ${place.homelab}; edit apps/myapp, commit, git push origin staging`);
  screen.plain(`  ${HELP}\n`);
  await prompt({ commands: commandsFor(cast), say: screen.plain, signal, input: process.stdin });
}

function commandsFor({ client, screen, copy }: Cast): Commands {
  return {
    push: async (branch, change) => {
      const commit = await push(copy, branch, change);
      screen.line('push', branch, `commit ${commit.slice(0, 7)}: ${changes[change].told}`);
    },
    history: async () => screen.plain(historyTable(await client.rollouts())),
    workloads: async () => screen.plain(workloadTable(await client.workloads())),
  };
}
