import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@keelson/simulator';
import { pushNew } from '../namespace/pushes.ts';
import { runCronJob } from '../run-cron-job.ts';
import { registryHost } from '../test-env.ts';
import type { TestNamespace } from '../test-namespace.ts';
import type { ApiWatch } from './api-watch.ts';
import { applierOf } from './apply.ts';
import type { Cell } from './cells.ts';
import { titleOf } from './cells.ts';
import type { ClusterWatch } from './cluster-watch.ts';
import { manifestOf, podsWanted } from './manifest.ts';
import type { Ending, Pushed } from './oracle.ts';
import { expectedOf, objectionsTo } from './oracle.ts';

/** What the stories of one namespace share. */
export interface Shared {
  readonly ns: TestNamespace;
  readonly client: ApiClient;
  readonly cluster: ClusterWatch;
  readonly api: ApiWatch;
  /** How long anything may take. */
  readonly limitMs: number;
}

export interface Story {
  readonly title: string;
  /** Makes the workload, and waits until it runs. */
  begin(): Promise<void>;
  /** Runs it to its end. Resolves with what is wrong then, and what was done. */
  run(): Promise<readonly string[]>;
}

/** What the last image does. A good one is not ready at once, so that there is something to come in the middle of. */
function labelsOf({ kind, push, moment }: Cell): Readonly<Record<string, string>> {
  const does = (outcome: string, after: number) => ({ 'sh.keelson.outcome': outcome, 'sh.keelson.after': `${after}` });
  if (push === 'bad') return moment === 'soak' ? does('late-crash', 3_000) : does('crash', 0);
  return kind === 'CronJob' ? {} : does('slow', 400);
}

/** On a busy machine the registry may not answer a check in time, and the next one by itself is far away. */
const checkAgainMs = 15_000;

export function storyOf({ ns, client, cluster, api, limitMs }: Shared, cell: Cell, name: string): Story {
  const { kind, applier, moment, push: outcome } = cell;
  const id = `${ns.name}/${kind.toLowerCase()}/${name}`;
  const repository = `${ns.name}/${name}`;
  const image = `${registryHost}/${repository}:latest`;
  const by = applierOf(client, applier, kind);
  const pushes: Pushed[] = [];
  const journal: string[] = [];
  const from = Date.now();
  let applied: Ending['applied'] = { team: 'first' };
  let over = false;

  const note = (what: string) => void journal.push(`+${Date.now() - from} ${what}`);
  // Long enough for something to come in the middle of it, and longer where a crash has to come there.
  const soak = outcome === 'bad' && moment === 'soak' ? 5 : 2;
  const manifest = () => manifestOf(kind, { namespace: ns.name, name, image, soak, ...applied });
  const template = () => JSON.stringify(cluster.object(name)?.spec ?? {});
  const live = () => cluster.pods(name).filter(({ deleting }) => !deleting);
  const ready = (digest: string) =>
    live().length === podsWanted[kind] && live().every((pod) => pod.ready && pod.digest === digest);

  async function until(what: string, probe: () => boolean): Promise<void> {
    const end = Date.now() + limitMs;
    let checkAt = Date.now() + checkAgainMs;
    while (!probe()) {
      if (Date.now() > checkAt && api.workload(id)) {
        checkAt = Date.now() + checkAgainMs;
        await api.check(id);
      }
      if (Date.now() > end) throw new Error(`Not within ${limitMs / 1_000} s: ${what}`);
      await cluster.changed(name, 1_000);
    }
  }

  async function push(good: boolean, labels: Readonly<Record<string, string>> = {}): Promise<string> {
    const digest = await pushNew(ns.env.registry, repository, 'latest', labels);
    pushes.push({ digest, good });
    note(`push ${pushes.length - 1}, ${good ? 'good' : 'bad'}: ${digest}`);
    return digest;
  }

  /** A push that Keelson is to look at now. */
  async function pushChecked(good: boolean, labels?: Readonly<Record<string, string>>): Promise<string> {
    const digest = await push(good, labels);
    await api.check(id);
    return digest;
  }

  const reached = (state: string, after: number) => api.states(id).slice(after).includes(state);

  /** Resolves when the moment is there. */
  async function momentOf(digest: string, before: string, after: number): Promise<void> {
    const since = () => api.states(id).slice(after);
    const failed = () => since().includes('failed');
    const isThere: Record<Cell['moment'], () => boolean> = {
      'before-pods': () => template().includes(digest),
      during: () => cluster.pods(name).some(({ object }) => JSON.stringify(object).includes(digest)),
      soak: () => ready(digest),
      failure: failed,
      rollback: () => failed() && template().includes(before) && !template().includes(digest),
      after: () =>
        since()
          .slice(outcome === 'good' ? 0 : since().indexOf('failed'))
          .includes('succeeded'),
    };
    // On a busy machine a moment may be over before it is seen: then the manifest is applied again at that later one.
    await until(`the moment ${moment}`, () => isThere[moment]() || (failed() && since().includes('succeeded')));
  }

  /** Runs of a CronJob, one after the other. */
  async function runJobs(): Promise<void> {
    while (!over) {
      const running = cluster.pods(name).some(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
      if (!running) await runCronJob(ns.env.kube, ns.name, name);
      await sleep(1_000);
    }
  }

  /** Each second, until the story is over. */
  async function applyAgain(): Promise<void> {
    while (!over) {
      await sleep(1_000);
      if (!over) await by.apply(manifest());
    }
  }

  async function ending(): Promise<Ending> {
    return {
      cell,
      pushes,
      applied,
      object: cluster.object(name),
      pods: cluster.pods(name),
      ran: cluster.ran(name),
      api: api.workload(id),
      rollouts: await api.rollouts(id),
    };
  }

  /** Waits until nothing is wrong, and nothing becomes wrong any more. */
  async function settle(): Promise<readonly string[]> {
    const end = Date.now() + limitMs;
    const quietNeeded = applier === 'controller' ? 4 : 2;
    let quiet = 0;
    let objections: readonly string[] = [];
    const checkedAt = Date.now();
    await api.check(id);
    while (quiet < quietNeeded) {
      await sleep(1_100);
      objections = await ending().then(
        (now) => {
          const isChecked = Date.parse(now.api?.check?.at ?? '') >= checkedAt;
          return [...objectionsTo(now), ...(isChecked ? [] : ['was not checked again'])];
        },
        // A busy API may refuse to be read once.
        (error: unknown) => [`could not be read: ${String(error)}`],
      );
      quiet = objections.length === 0 ? quiet + 1 : 0;
      if (Date.now() > end) return objections;
    }
    return [];
  }

  async function run(): Promise<void> {
    const jobs = kind === 'CronJob' && moment !== 'before-pods' ? runJobs() : undefined;
    let before = pushes[0]?.digest ?? '';
    if (outcome === 'bad') {
      // So that something is proven to return to.
      const jobsBefore = kind === 'CronJob' && !jobs ? runJobs() : undefined;
      before = await pushChecked(true);
      await until('the good push has succeeded', () => reached('succeeded', 0));
      over = jobsBefore !== undefined;
      await jobsBefore;
      over = false;
    }
    const after = api.states(id).length;
    const digest = await pushChecked(outcome === 'good', labelsOf(cell));
    await momentOf(digest, before, after);
    applied = { team: 'second', ...(cell.env && { env: 'second' }) };
    note(`${applier} at ${moment}: states ${api.states(id).slice(after).join(', ')}`);
    await by.apply(manifest());
    const again = applier === 'controller' ? applyAgain() : undefined;
    const runs = jobs ?? (kind === 'CronJob' ? runJobs() : undefined);
    try {
      const objections = await settle();
      if (objections.length > 0) throw new Error(objections.join('\n    '));
    } finally {
      over = true;
      await Promise.all([again, runs]);
    }
  }

  return {
    title: titleOf(cell),
    async begin() {
      const first = await push(true);
      await by.create(manifest());
      await until('it is there', () => cluster.object(name) !== undefined);
      if (kind !== 'CronJob') await until('it runs', () => ready(first));
    },
    async run() {
      const known = () => api.workload(id)?.containers[0]?.rolledOut === pushes[0]?.digest;
      try {
        await until('what runs is known', known);
        await run();
        return [];
      } catch (error) {
        return [String(error), ...journal, ...(await said())];
      } finally {
        over = true;
      }
    },
  };

  async function said(): Promise<readonly string[]> {
    const { rollouts, api: state, pods } = await ending();
    const nameOf = (digest = '') => `#${pushes.findIndex((each) => each.digest === digest)}`;
    return [
      ...rollouts.map(({ id: rollout, kind: what, trigger, changes: [change], transitions, written, createdAt }) => {
        const start = Date.parse(createdAt);
        const steps = transitions.map(({ state: to, code, at }) => `${to} ${code} +${Date.parse(at) - start}`);
        return `+${start - from} ${rollout} ${what} by ${trigger} ${nameOf(change?.from.digest)} -> ${nameOf(change?.to.digest)} ${written?.path}: ${steps.slice(0, 12).join(', ')}`;
      }),
      `check ${state?.check?.code}: ${state?.check?.message}; hold ${state?.hold?.message}; ${pods.length} pods, expected ${nameOf(expectedOf(pushes))}`,
    ];
  }
}
