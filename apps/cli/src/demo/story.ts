import type { Client, ShownRollout } from '../api/client.ts';
import { until } from '../until.ts';
import { workloads } from './apps.ts';
import type { DemoEnvironment } from './environment.ts';
import { reconcile } from './flux.ts';
import type { Pipelines } from './pipelines.ts';
import type { Branch, Change } from './push.ts';
import { changes, push } from './push.ts';
import type { Screen } from './screen.ts';
import { servedAt } from './served.ts';
import type { PageWatch } from './watch-page.ts';
import type { WorkingCopy } from './working-copy.ts';

const patienceMs = 60_000;

/** One push, and what is expected of it. */
interface Chapter {
  readonly branch: Branch;
  readonly change: Change;
  /** The CI jobs that run, in order. */
  readonly jobs: readonly string[];
  /** The rollouts that it causes, oldest first. */
  readonly rollouts: readonly string[];
  /** The branches whose page shows the commit afterwards; the others' pages stay as they were. */
  readonly shown: readonly Branch[];
}

const { main: production, staging } = workloads;

const chapters: readonly Chapter[] = [
  {
    branch: 'staging',
    change: 'version',
    jobs: ['myapp:test', 'myapp:docker-dev'],
    rollouts: [`${staging} update succeeded`],
    shown: ['staging'],
  },
  {
    branch: 'main',
    change: 'staging',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${production} update succeeded`],
    shown: ['main'],
  },
  {
    branch: 'main',
    change: 'crash',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${production} update failed`, `${production} rollback succeeded`],
    shown: [],
  },
  {
    branch: 'main',
    change: 'revert',
    jobs: ['myapp:test', 'myapp:docker-main'],
    rollouts: [`${production} update succeeded`],
    shown: ['main'],
  },
  { branch: 'main', change: 'docs', jobs: [], rollouts: [], shown: [] },
  // Both branches end at one commit, from which the user goes on.
  { branch: 'staging', change: 'main', jobs: [], rollouts: [], shown: [] },
];

export interface StoryParts {
  readonly environment: Pick<DemoEnvironment, 'forge' | 'flux'>;
  readonly client: Client;
  readonly screen: Screen;
  readonly copy: WorkingCopy;
  readonly pipelines: Pipelines;
  /** Where each branch is served, and the requests that are made there all the time. */
  readonly pages: Readonly<Record<Branch, { readonly url: string; readonly watch: PageWatch }>>;
}

/**
 * Runs the story and checks it: staging, production, a bad push that is rolled back, its repair, and commits that build nothing. Returns what
 * did not go as expected; empty when all did.
 */
export async function narrate(parts: StoryParts): Promise<readonly string[]> {
  const wrong: string[] = [];
  const shown = { main: await commitAt(parts, 'main'), staging: await commitAt(parts, 'staging') };
  for (const chapter of chapters) wrong.push(...(await runChapter(parts, chapter, shown)));
  return wrong;
}

async function runChapter(
  parts: StoryParts,
  chapter: Chapter,
  shown: Record<Branch, string>,
): Promise<readonly string[]> {
  const { branch, change, jobs, rollouts } = chapter;
  const { client, screen, pipelines, environment } = parts;
  const what = `${changes[change].description}, pushed to ${branch},`;
  screen.heading(`git push origin ${branch}: ${changes[change].description}`);
  const before = new Set((await client.rollouts()).map(({ id }) => id));
  const failedBefore = failuresOf(parts);
  const commit = await push(parts.copy, branch, change);

  const { state, passed } = await pipelines.ended(branch, commit);
  if (passed.join() !== jobs.join()) {
    return [`${what} should run ${listed(jobs)} in CI. It ran ${listed(passed)}, and the pipeline ${state}.`];
  }
  const wrong: string[] = [];
  const caused = rollouts.length === 0 ? [] : await untilEnded(client, before);
  const got = caused.map(({ workload, kind, state: end }) => `${workload} ${kind} ${end}`).reverse();
  if (got.join() !== rollouts.join()) wrong.push(`${what} should cause ${listed(rollouts)}. It caused ${listed(got)}.`);
  for (const page of chapter.shown) shown[page] = commit;
  for (const page of ['main', 'staging'] as const) wrong.push(...(await checkPage(parts, page, shown[page])));
  wrong.push(...failuresOf(parts).slice(failedBefore.length));
  const changed = await reconcile(environment, screen);
  if (changed.length > 0) wrong.push(`Flux should have nothing to change after ${what} It changed ${listed(changed)}.`);
  return wrong;
}

/** Prints what a page shows. Every response must come from that commit, and every pod must respond. */
async function checkPage({ pages, screen }: StoryParts, branch: Branch, commit: string): Promise<readonly string[]> {
  const { url, watch } = pages[branch];
  const answers = await servedAt(url);
  const commits = [...new Set(answers.map((each) => each.commit))];
  const pods = new Set(answers.map(({ pod }) => pod)).size;
  const [first] = answers;
  const requests = `${watch.seen.answered} requests so far, ${watch.seen.failed.length} of them failed`;
  screen.line(
    'page',
    first?.environment ?? branch,
    `${url} shows ${first?.version} of commit ${first?.commit.slice(0, 7)}, from ${pods} pod${pods === 1 ? '' : 's'}; ${requests}`,
  );
  const replicas = branch === 'main' ? 2 : 1;
  const wrong: string[] = [];
  if (commits.join() !== commit) wrong.push(`${url} should show commit ${commit}. It shows ${commits.join(' and ')}.`);
  if (pods !== replicas) wrong.push(`${url} should be served by ${replicas} pods in turn. It was served by ${pods}.`);
  return wrong;
}

async function commitAt({ pages }: StoryParts, branch: Branch): Promise<string> {
  const [answer] = await servedAt(pages[branch].url, 1);
  return answer?.commit ?? '';
}

function failuresOf({ pages }: StoryParts): readonly string[] {
  return [...pages.main.watch.seen.failed, ...pages.staging.watch.seen.failed];
}

/** The rollouts that a push caused, newest first, once there is one and none is under way. A rollback begins in the same step as the failure. */
async function untilEnded(client: Client, before: ReadonlySet<string>): Promise<readonly ShownRollout[]> {
  const ended = await until(async () => {
    const caused = (await client.rollouts()).filter(({ id }) => !before.has(id));
    return caused.length > 0 && caused.every(({ durationMs }) => durationMs !== undefined) ? caused : undefined;
  }, patienceMs);
  return ended ?? [];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
