import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createHistory } from '@keelson/history';
import type { ForgeEvent } from '@keelson/laptop';
import { createLogger } from '@keelson/log';
import type { Client } from '../api/client.ts';
import { createClient } from '../api/client.ts';
import { untilStopped } from '../until-stopped.ts';
import { reconcile } from './flux.ts';
import { narrate } from './narrate.ts';
import { watchPage } from './page-watch.ts';
import { tellPipelines } from './pipelines.ts';
import type { Place } from './place.ts';
import { startPlace } from './place.ts';
import type { Commands } from './prompt.ts';
import { HELP, prompt } from './prompt.ts';
import type { Branch } from './push.ts';
import { BRANCHES, changes, push } from './push.ts';
import type { Screen } from './screen.ts';
import { createScreen } from './screen.ts';
import { APP } from './source.ts';
import type { Stage } from './story.ts';
import { tellStory } from './story.ts';
import { historyTable, workloadTable } from './tables.ts';
import { untilServed } from './until-served.ts';
import type { WorkingCopy } from './working-copy.ts';
import { workingCopy } from './working-copy.ts';

const POLICY = new URL('../../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);

export interface DemoOptions {
  /** Ends after the story. */
  readonly script: boolean;
  /** Tells the story once all is up. */
  readonly story: boolean;
}

/** `keelson demo`: the post's loop on this machine. Returns the exit code: 1 when the story did not go as told. */
export async function demo({ script, story }: DemoOptions): Promise<number> {
  const screen = createScreen((text) => process.stdout.write(text));
  // Only what needs somebody's attention may break into the story.
  const log = createLogger({ level: 'error', name: 'demo', destination: process.stderr });
  const stopping = new AbortController();
  void untilStopped().then(() => stopping.abort());

  const pipelines = tellPipelines(screen);
  const forge = new EventEmitter<{ event: [ForgeEvent] }>().on('event', pipelines.see);
  const place = await startPlace(log, (event) => forge.emit('event', event));
  const history = createHistory({ redis: place.redis.url });
  const client = createClient({ url: place.api.url });
  const copy = workingCopy(place.homelab);
  try {
    screen.heading('From git push to a served page, on this machine: nothing outside it is touched');
    screen.plain('  A development tool: what would be containers are processes of yours, with nothing around them.\n');
    screen.fact('git', `${place.forge.remote}, whose pushes run .gitlab-ci.yml here`);
    screen.fact('registry', `${place.registry.url}, which stands in for registry.gitlab.com`);
    screen.fact('cluster', `${place.cluster.server}, simulated, kept by a simulated Flux as git says`);
    screen.fact('redis', place.redis.url);
    screen.fact('api', `${place.api.url}/api/v1/rollouts`);

    const pages = await bringUp(place, screen);
    const worker = await place.startWorker();
    const narration = narrate(history, screen, stopping.signal);
    await untilWatched(client);

    const wrong = story ? await storyOf({ place, client, screen, copy, pipelines }, pages) : [];
    if (!script && !stopping.signal.aborted) {
      forge.on('event', followMain(place, screen));
      screen.heading('It stays up.');
      screen.plain(`  Look:          ${pages.main} (production), ${pages.staging} (staging)`);
      screen.plain(`  Work:          cd ${place.homelab}; edit apps/myapp, commit, git push origin staging`);
      screen.plain(`  ${HELP}\n`);
      await prompt(commandsFor(client, screen, copy), screen.plain, stopping.signal);
    }
    stopping.abort();
    await Promise.all([worker.stop(), narration]);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    stopping.abort();
    await history.close();
    await place.stop();
  }
}

/** What is there before Keelson is: both branches built once, and what git says running and served. Returns the pages' addresses. */
async function bringUp(place: Place, screen: Screen) {
  screen.heading('CI builds both branches for the first time, and Flux applies apps/myapp');
  for (const branch of BRANCHES) {
    const state = await place.forge.build(branch);
    if (state !== 'passed') throw new Error(`The first pipeline of ${branch} ${state}: see above.`);
  }
  place.cluster.apply(await readFile(POLICY, 'utf8'));
  await place.flux.bootstrap(APP);
  await reconcile(place, screen);
  const pages = await untilServed(place.ingress);
  screen.line('page', 'production', pages.main);
  screen.line('page', 'staging', pages.staging);
  return pages;
}

/** Flux looks at git again when `main` was pushed. One at a time: it is one controller. */
function followMain(place: Place, screen: Screen): (event: ForgeEvent) => void {
  let passes: Promise<unknown> = Promise.resolve();
  return (event) => {
    if (event.type !== 'pipeline' || event.branch !== 'main' || !['running', 'empty'].includes(event.state)) return;
    passes = passes
      .then(() => reconcile(place, screen))
      .catch((error: unknown) => screen.line('failed', 'flux', error instanceof Error ? error.message : String(error)));
  };
}

function commandsFor(client: Client, screen: Screen, copy: WorkingCopy): Commands {
  return {
    push: async (branch, change) => {
      const commit = await push(copy, branch, change);
      screen.line('push', branch, `commit ${commit.slice(0, 7)}: ${changes[change].told}`);
    },
    history: async () => screen.plain(historyTable(await client.rollouts())),
    workloads: async () => screen.plain(workloadTable(await client.workloads())),
  };
}

/** Both Deployments have been looked at once, so that what is pushed next is news. */
async function untilWatched(client: Client): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const workloads = await client.workloads();
    if (workloads.filter(({ check }) => check !== undefined).length === BRANCHES.length) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The two Deployments were not looked at within 30 s. What the worker has to say stands above.');
}

/** The story, while both pages are asked all the time, and the history that it leaves. Returns what did not go as told. */
async function storyOf(
  stage: Omit<Stage, 'pages'>,
  urls: Readonly<Record<Branch, string>>,
): Promise<readonly string[]> {
  const { client, screen } = stage;
  const pages = { main: withWatch(urls.main), staging: withWatch(urls.staging) };
  const wrong = await tellStory({ ...stage, pages });
  await Promise.all(Object.values(pages).map(({ watch }) => watch.stop()));
  screen.heading(`What the API's history says (GET /api/v1/rollouts)`);
  screen.plain(historyTable(await client.rollouts()));
  for (const sentence of wrong) screen.plain(`  ${sentence}`);
  return wrong;
}

function withWatch(url: string) {
  return { url, watch: watchPage(url) };
}
