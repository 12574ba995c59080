import type { Client, ShownRollout } from '../api/client.ts';
import { reconcile } from './flux.ts';
import type { PageWatch } from './page-watch.ts';
import type { Pipelines } from './pipelines.ts';
import type { Place } from './place.ts';
import type { Branch, Change } from './push.ts';
import { changes, push } from './push.ts';
import type { Screen } from './screen.ts';
import { servedAt } from './served.ts';
import { until } from './until.ts';
import type { WorkingCopy } from './working-copy.ts';

const PATIENCE_MS = 60_000;

/** One push, and what must come of it. */
interface Chapter {
  readonly branch: Branch;
  readonly change: Change;
  /** Those that run, in order. */
  readonly jobs: readonly string[];
  /** Those that it makes, oldest first. */
  readonly rollouts: readonly string[];
  /** The pages that show the commit afterwards; the others show what they showed before. */
  readonly shown: readonly Branch[];
}

const PRODUCTION = 'myapp/deployment/myapp';
const STAGING = 'myapp/deployment/myapp-staging';

const chapters: readonly Chapter[] = [
  {
    branch: 'staging',
    change: 'version',
    jobs: ['myapp:test', 'myapp:docker-dev'],
    rollouts: [`${STAGING} update succeeded`],
    shown: ['staging'],
  },
  {
    branch: 'main',
    change: 'staging',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${PRODUCTION} update succeeded`],
    shown: ['main'],
  },
  {
    branch: 'main',
    change: 'crash',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${PRODUCTION} update failed`, `${PRODUCTION} rollback succeeded`],
    shown: [],
  },
  {
    branch: 'main',
    change: 'revert',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${PRODUCTION} update succeeded`],
    shown: ['main'],
  },
  { branch: 'main', change: 'docs', jobs: [], rollouts: [], shown: [] },
];

/** What the story is told with. */
export interface Stage {
  readonly place: Pick<Place, 'forge' | 'flux'>;
  readonly client: Client;
  readonly screen: Screen;
  readonly copy: WorkingCopy;
  readonly pipelines: Pipelines;
  /** Where each branch is served, and who asks there all the time. */
  readonly pages: Readonly<Record<Branch, { readonly url: string; readonly watch: PageWatch }>>;
}

/**
 * The post's loop: staging, production, a bad push that is taken back, its repair, and a commit that builds nothing. Returns what did not go
 * as told; empty when all did.
 */
export async function tellStory(stage: Stage): Promise<readonly string[]> {
  const wrong: string[] = [];
  const shown = { main: await commitAt(stage, 'main'), staging: await commitAt(stage, 'staging') };
  for (const chapter of chapters) wrong.push(...(await tellChapter(stage, chapter, shown)));
  return wrong;
}

async function tellChapter(stage: Stage, chapter: Chapter, shown: Record<Branch, string>): Promise<readonly string[]> {
  const { branch, change, jobs, rollouts } = chapter;
  const { client, screen, pipelines, place } = stage;
  const what = `${changes[change].told}, pushed to ${branch},`;
  screen.heading(`git push origin ${branch}: ${changes[change].told}`);
  const before = new Set((await client.rollouts()).map(({ id }) => id));
  const failedBefore = failuresOf(stage);
  const commit = await push(stage.copy, branch, change);

  const { state, passed } = await pipelines.ended(branch, commit);
  if (passed.join() !== jobs.join()) {
    return [`${what} should run ${listed(jobs)} in CI. It ran ${listed(passed)}, and the pipeline ${state}.`];
  }
  const wrong: string[] = [];
  const made = rollouts.length === 0 ? [] : await untilEnded(client, before);
  const got = made.map(({ workload, kind, state: end }) => `${workload} ${kind} ${end}`).reverse();
  if (got.join() !== rollouts.join())
    wrong.push(`${what} should come to ${listed(rollouts)}. It came to ${listed(got)}.`);
  for (const page of chapter.shown) shown[page] = commit;
  for (const page of ['main', 'staging'] as const) wrong.push(...(await tellPage(stage, page, shown[page])));
  wrong.push(...failuresOf(stage).slice(failedBefore.length));
  const changed = await reconcile(place, screen);
  if (changed.length > 0) wrong.push(`Flux should find nothing to change after ${what} and found: ${listed(changed)}.`);
  return wrong;
}

/** Every answer of the page must come from the same commit, and from each of the pods that it is served by. */
async function tellPage({ pages, screen }: Stage, branch: Branch, commit: string): Promise<readonly string[]> {
  const { url, watch } = pages[branch];
  const answers = await servedAt(url);
  const commits = [...new Set(answers.map((each) => each.commit))];
  const pods = new Set(answers.map(({ pod }) => pod)).size;
  const [first] = answers;
  const asked = `${watch.seen.answered} requests so far, ${watch.seen.failed.length} of them failed`;
  screen.line(
    'page',
    first?.environment ?? branch,
    `${url} shows ${first?.version} of commit ${first?.commit.slice(0, 7)}, from ${pods} pod${pods === 1 ? '' : 's'}; ${asked}`,
  );
  const replicas = branch === 'main' ? 2 : 1;
  const wrong: string[] = [];
  if (commits.join() !== commit) wrong.push(`${url} should show commit ${commit}. It shows ${commits.join(' and ')}.`);
  if (pods !== replicas) wrong.push(`${url} should be served by ${replicas} pods in turn. It was served by ${pods}.`);
  return wrong;
}

async function commitAt({ pages }: Stage, branch: Branch): Promise<string> {
  const [answer] = await servedAt(pages[branch].url, 1);
  return answer?.commit ?? '';
}

function failuresOf({ pages }: Stage): readonly string[] {
  return [...pages.main.watch.seen.failed, ...pages.staging.watch.seen.failed];
}

/** The rollouts that a push made, newest first, once there is one and none is under way. A rollback begins in the moment of the failure. */
async function untilEnded(client: Client, before: ReadonlySet<string>): Promise<readonly ShownRollout[]> {
  const ended = await until(async () => {
    const made = (await client.rollouts()).filter(({ id }) => !before.has(id));
    return made.length > 0 && made.every(({ durationMs }) => durationMs !== undefined) ? made : undefined;
  }, PATIENCE_MS);
  return ended ?? [];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
