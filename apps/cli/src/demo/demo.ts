import { readFile } from 'node:fs/promises';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import type { Client } from '../api/client.ts';
import { createClient } from '../api/client.ts';
import { untilStopped } from '../until-stopped.ts';
import { narrate } from './narrate.ts';
import type { Place } from './place.ts';
import { startPlace } from './place.ts';
import { HELP, prompt } from './prompt.ts';
import { push, TAGS } from './push.ts';
import type { Screen } from './screen.ts';
import { createScreen } from './screen.ts';
import { APPS, tellPush, tellStory } from './story.ts';
import { historyTable, workloadTable } from './tables.ts';

const MANIFESTS = ['namespace.yaml', 'production.yaml', 'staging.yaml'].map(
  (name) => new URL(`../../../myapp/${name}`, import.meta.url),
);

const POLICY = new URL('../../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);

/** `keelson demo`: the post's loop on embedded parts. Returns the exit code. */
export async function demo({ once }: { readonly once: boolean }): Promise<number> {
  const screen = createScreen((text) => process.stdout.write(text));
  // Only what needs somebody's attention may break into the story.
  const log = createLogger({ level: 'error', name: 'demo', destination: process.stderr });
  const stopping = new AbortController();
  void untilStopped().then(() => stopping.abort());

  const place = await startPlace(log);
  const history = createHistory({ redis: place.redis.url });
  const client = createClient({ url: place.api.url });
  try {
    screen.heading('Keelson, on embedded parts: nothing outside this machine is touched');
    screen.fact('redis', place.redis.url);
    screen.fact('registry', `${place.registry.url}, which stands in for registry.gitlab.com`);
    screen.fact(
      'cluster',
      `${place.cluster.server}, simulated, and kept as apps/myapp says by a Flux that is simulated too`,
    );
    screen.fact('api', `${place.api.url}/api/v1/rollouts`);

    for (const tag of TAGS) await push(place.registry, tag, false);
    place.cluster.apply(await readFile(POLICY, 'utf8'));
    await place.flux.bootstrap(APPS);
    place.flux.commit(APPS, (await Promise.all(MANIFESTS.map((url) => readFile(url, 'utf8')))).join('\n---\n'));
    await place.flux.reconcile();
    const worker = await place.startWorker();
    const narration = narrate(history, screen, stopping.signal);
    await untilWatched(client);
    screen.heading('Two Deployments of one image are watched: myapp on :latest, myapp-staging on :dev-staging');
    const wrong = await tellStory(place, client, screen);

    screen.heading(`What the API's history says (GET /api/v1/rollouts)`);
    screen.plain(historyTable(await client.rollouts()));
    for (const sentence of wrong) screen.plain(`  ${sentence}`);
    if (!once && !stopping.signal.aborted) {
      screen.heading('It stays up.');
      screen.plain(`  ${HELP}\n`);
      await prompt(commandsFor(place, client, screen), (text) => screen.plain(text), stopping.signal);
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

function commandsFor({ registry }: Place, client: Client, screen: Screen) {
  return {
    push: async (tag: (typeof TAGS)[number], crash: boolean) =>
      tellPush(screen, await push(registry, tag, crash), crash),
    history: async () => screen.plain(historyTable(await client.rollouts())),
    workloads: async () => screen.plain(workloadTable(await client.workloads())),
  };
}

/** Both Deployments have been looked at once, so that what is pushed next is news. */
async function untilWatched(client: Client): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const workloads = await client.workloads();
    if (workloads.filter(({ check }) => check !== undefined).length === TAGS.length) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The two Deployments were not looked at within 30 s. What the worker has to say stands above.');
}
