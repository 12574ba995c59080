import { shortDigest } from '@keelson/image';
import type { TestRegistry } from '@keelson/testkit';
import type { Client, ShownRollout } from './client.ts';
import type { Pushed, Tag } from './push.ts';
import { push } from './push.ts';
import type { Screen } from './screen.ts';

const PATIENCE_MS = 60_000;

/** One push, and what must come of it. */
interface Chapter {
  readonly tag: Tag;
  readonly crash: boolean;
  readonly workload: string;
  readonly end: 'succeeded' | 'failed';
}

const chapters: readonly Chapter[] = [
  { tag: 'latest', crash: false, workload: 'myapp/deployment/myapp', end: 'succeeded' },
  { tag: 'dev-staging', crash: false, workload: 'myapp/deployment/myapp-staging', end: 'succeeded' },
  { tag: 'latest', crash: true, workload: 'myapp/deployment/myapp', end: 'failed' },
];

/** The post's loop: production only, staging only, then a bad push. Returns what did not go as told; empty when all did. */
export async function tellStory(registry: TestRegistry, client: Client, screen: Screen): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const chapter of chapters) {
    const before = new Set((await client.rollouts()).map(({ id }) => id));
    const pushed = await push(registry, chapter.tag, chapter.crash);
    tellPush(screen, pushed, chapter.crash);
    const made = await untilEnded(client, before);
    const [rollout] = made;
    if (made.length !== 1 || rollout?.workload !== chapter.workload || rollout.state !== chapter.end) {
      const got = made.map(({ workload, state }) => `${workload} ${state}`).join(', ') || 'nothing';
      wrong.push(`A push of ${chapter.tag} should end as ${chapter.workload} ${chapter.end}, and came to: ${got}.`);
    }
  }
  return wrong;
}

export function tellPush(screen: Screen, { tag, digest, commit }: Pushed, crash: boolean): void {
  screen.line(
    'push',
    tag,
    `${shortDigest(digest)} built from commit ${commit.slice(0, 7)}${crash ? ', which crashes at start' : ''}`,
  );
}

/** The rollouts that a push made, once there is one and none is under way. */
async function untilEnded(client: Client, before: ReadonlySet<string>): Promise<readonly ShownRollout[]> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const made = (await client.rollouts()).filter(({ id }) => !before.has(id));
    if (made.length > 0 && made.every(({ durationMs }) => durationMs !== undefined)) return made;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}
