import { shortDigest } from '@keelson/image';
import type { Client, ShownRollout } from '../api/client.ts';
import type { Place } from './place.ts';
import type { Pushed, Tag } from './push.ts';
import { push } from './push.ts';
import type { Screen } from './screen.ts';

/** The Kustomization of the two Deployments. */
export const APPS = 'apps';

const PATIENCE_MS = 60_000;

/** One push, and what must come of it: the rollouts that it makes, oldest first. */
interface Chapter {
  readonly tag: Tag;
  readonly crash: boolean;
  readonly rollouts: readonly string[];
}

const chapters: readonly Chapter[] = [
  { tag: 'latest', crash: false, rollouts: ['myapp/deployment/myapp update succeeded'] },
  { tag: 'dev-staging', crash: false, rollouts: ['myapp/deployment/myapp-staging update succeeded'] },
  {
    tag: 'latest',
    crash: true,
    rollouts: ['myapp/deployment/myapp update failed', 'myapp/deployment/myapp rollback succeeded'],
  },
  { tag: 'latest', crash: false, rollouts: ['myapp/deployment/myapp update succeeded'] },
];

/**
 * The post's loop: production only, staging only, then a bad push that is taken back, and the good one after it. Returns what did not go as
 * told; empty when all did.
 */
export async function tellStory(
  { registry, flux }: Pick<Place, 'registry' | 'flux'>,
  client: Client,
  screen: Screen,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const chapter of chapters) {
    const before = new Set((await client.rollouts()).map(({ id }) => id));
    const pushed = await push(registry, chapter.tag, chapter.crash);
    tellPush(screen, pushed, chapter.crash);
    const made = await untilEnded(client, before);
    const got = made.map(({ workload, kind, state }) => `${workload} ${kind} ${state}`).reverse();
    if (got.join() !== chapter.rollouts.join()) {
      const wanted = chapter.rollouts.join(', ');
      wrong.push(`A push of ${chapter.tag} should come to: ${wanted}. It came to: ${got.join(', ') || 'nothing'}.`);
    }
    wrong.push(...(await tellFlux(flux, screen)));
  }
  return wrong;
}

/** Flux reconciles, and must find nothing to undo. */
async function tellFlux(flux: Place['flux'], screen: Screen): Promise<readonly string[]> {
  const [reconciled] = await flux.reconcile();
  const actions = Object.entries(reconciled?.objects ?? {});
  const changed = actions.filter(([, action]) => action !== 'unchanged').map(([name, action]) => `${name} ${action}`);
  if (reconciled?.reason === 'ReconciliationSucceeded' && changed.length === 0) {
    screen.line('flux', APPS, `reconciled: ${actions.length} objects are as git says, nothing to change`);
    return [];
  }
  return [`Flux should have found nothing to change: ${changed.join(', ') || reconciled?.message || 'no answer'}.`];
}

export function tellPush(screen: Screen, { tag, digest, commit }: Pushed, crash: boolean): void {
  screen.line(
    'push',
    tag,
    `${shortDigest(digest)} built from commit ${commit.slice(0, 7)}${crash ? ', which crashes at start' : ''}`,
  );
}

/** The rollouts that a push made, newest first, once there is one and none is under way. A rollback begins in the moment of the failure. */
async function untilEnded(client: Client, before: ReadonlySet<string>): Promise<readonly ShownRollout[]> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const made = (await client.rollouts()).filter(({ id }) => !before.has(id));
    if (made.length > 0 && made.every(({ durationMs }) => durationMs !== undefined)) return made;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}
