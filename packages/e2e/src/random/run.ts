import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningApi } from '@keelson/api';
import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import { ApiClient } from '@keelson/simulator';
import type { Applying } from '../reapply/apply.ts';
import { applierOf } from '../reapply/apply.ts';
import type { TestEnv } from '../test-env.ts';
import type { TestNamespace } from '../test-namespace.ts';
import { openTestNamespace } from '../test-namespace.ts';
import { waitUntil } from '../wait-until.ts';
import type { Edited } from './edits.ts';
import { edit, lostEdits, scale } from './edits.ts';
import type { FluxOf } from './flux-of.ts';
import { appAnnotations, authored, fluxOf } from './flux-of.ts';
import type { Journal } from './journal.ts';
import { emptyJournal } from './journal.ts';
import type { Ending } from './oracle.ts';
import { objectionsTo, storyOf } from './oracle.ts';
import type { Action, Hand, Name, Outcome, Setting, Step } from './steps.ts';
import { hands, names, tags } from './steps.ts';
import type { Witness } from './witness.ts';
import { startWitness } from './witness.ts';
import type { Workers } from './workers.ts';
import { workersApart, workersHere } from './workers.ts';

export interface Run {
  readonly setting: Setting;
  readonly steps: readonly Step[];
  /** Whether workers are processes of their own, which are killed with SIGKILL. */
  readonly apart: boolean;
  /** How soon after its last pass Flux reconciles again, in milliseconds. */
  readonly fluxMs: number;
}

/** What one run works with. */
interface Context {
  readonly ns: TestNamespace;
  readonly api: RunningApi;
  readonly workers: Workers;
  readonly flux: FluxOf | undefined;
  readonly witness: Witness;
  readonly journals: Readonly<Record<Name, Journal>>;
  /** Whoever applies by hand; each knows what it applied last. */
  readonly hands: Readonly<Record<Name, ReadonlyMap<Hand, Applying>>>;
  /** Ends the lag of the mirror before the nodes. */
  readonly catchUp: Map<Name, () => void>;
}

const labels: Readonly<Record<Outcome, Readonly<Record<string, string>>>> = {
  good: {},
  crash: { 'sh.keelson.outcome': 'crash' },
  oom: { 'sh.keelson.outcome': 'oom' },
  late: { 'sh.keelson.outcome': 'late-crash', 'sh.keelson.after': '1200' },
};

/**
 * Runs a sequence in a TestNamespace, with a Redis of its own where that is to lose everything, waits until nothing changes any more, and says
 * what is wrong at the end.
 */
export async function runSequence(env: TestEnv, run: Run): Promise<readonly string[]> {
  const forgets = run.steps.some(({ action }) => action.do === 'forget');
  const redis = forgets ? await startRedis() : undefined;
  const ns = await openTestNamespace(env, redis ? { redis } : {});
  const log = createLogger({ level: 'fatal', name: 'random' });
  const api = await startApi({ config: { ...ns.config, listen: { host: '127.0.0.1', port: 0 } }, log });
  const workers = run.apart ? workersApart(ns) : workersHere(ns);
  const journals = { myapp: emptyJournal('myapp'), 'myapp-staging': emptyJournal('myapp-staging') };
  const client = new ApiClient(env.access);
  const handsOf = () => new Map(hands.map((hand) => [hand, applierOf(client, hand, 'Deployment')]));
  let flux: FluxOf | undefined;
  let witness: Witness | undefined;
  try {
    for (const name of names) await push(ns, journals[name], 'good');
    if (run.setting === 'nobody') {
      for (const name of names) await ns.deploy({ name, image: ns.image(tags[name]), annotations: appAnnotations });
    } else flux = await fluxOf(ns, run.fluxMs);
    await Promise.all(names.map((name) => ns.available(name)));
    witness = startWitness(ns);
    const context: Context = {
      ns,
      api,
      workers,
      flux,
      witness,
      journals,
      hands: { myapp: handsOf(), 'myapp-staging': handsOf() },
      catchUp: new Map(),
    };
    await workers.start();
    await ns.checked(...names);
    for (const { waitMs, action } of run.steps) {
      await sleep(waitMs);
      await act(context, action);
    }
    return await end(context);
  } finally {
    await witness?.stop();
    await flux?.stop();
    await workers.close();
    await api.stop();
    await client.close();
    await ns.close();
    await redis?.stop();
  }
}

async function push(ns: TestNamespace, { name, pushes }: Journal, outcome: Outcome): Promise<void> {
  pushes.push({ digest: await ns.push(tags[name], labels[outcome]), outcome, at: Date.now() });
}

async function act(context: Context, action: Action): Promise<void> {
  const { ns, workers, flux, journals } = context;
  switch (action.do) {
    case 'push':
      return push(ns, journals[action.name], action.outcome);
    case 'edit': {
      const journal = journals[action.name];
      const { what } = action;
      journal.edits += 1;
      const value = await edit(ns, action.name, what, journal.edits);
      journal.edited = { ...journal.edited, [what]: value } satisfies Edited;
      return;
    }
    case 'zero':
    case 'back':
      return scaleTo(context, action.name, action.do === 'zero' ? 0 : 1);
    case 'apply':
      return applyByHand(context, action.name, action.by);
    case 'lag':
      if (context.catchUp.has(action.name)) return;
      journals[action.name].lags.push(Date.now());
      context.catchUp.set(action.name, await ns.env.nodes.lag(ns.repository, tags[action.name]));
      return;
    case 'catch-up':
      return catchUp(context, action.name);
    case 'hint':
      return ns.check(action.name, 'webhook');
    case 'pause':
    case 'resume':
    case 'release':
      return person(context, action.name, action.do);
    case 'start':
    case 'stop':
    case 'crash':
      return workers[action.do]();
    case 'forget':
      for (const { forgets } of Object.values(journals)) forgets.push(Date.now());
      return ns.env.redis.flush();
    case 'reconcile':
      await flux?.reconcile();
  }
}

function catchUp({ catchUp: ends }: Context, name: Name): void {
  ends.get(name)?.();
  ends.delete(name);
}

async function scaleTo({ ns, journals }: Context, name: Name, replicas: number): Promise<void> {
  const journal = journals[name];
  journal.edited = { ...journal.edited, scale: await scale(ns, name, replicas) };
}

/** `replace` leaves nothing of what others wrote; the others leave what the manifest does not say. */
async function applyByHand({ ns, journals, hands: by }: Context, name: Name, hand: Hand): Promise<void> {
  const journal = journals[name];
  journal.applies.push(Date.now());
  await by[name].get(hand)?.apply(authored(ns, name));
  if (hand !== 'replace') return;
  journal.replaces.push(Date.now());
  journal.edited = {};
}

/** By the API, as people do it. A workload that is not known at this moment is nobody's to pause. */
async function person({ ns, api, journals }: Context, name: Name, what: 'pause' | 'resume' | 'release'): Promise<void> {
  const at = Date.now();
  const url = `${api.url}/api/v1/workloads/${ns.name}/deployment/${name}/${what}`;
  const { status } = await fetch(url, { method: 'POST' });
  if (status !== 200 && status !== 404) throw new Error(`${what} of ${name} was answered ${status}.`);
  if (what === 'pause') journals[name].pauses.push(at);
  if (what === 'resume') journals[name].resumes.push(at);
  if (what === 'release') journals[name].releases.push(at);
}

async function end(context: Context): Promise<readonly string[]> {
  const { ns, workers, witness, journals } = context;
  for (const name of names) catchUp(context, name);
  await workers.start();
  // What nothing could run so far is judged now.
  for (const name of names) if (journals[name].edited.scale === '0') await scaleTo(context, name, 1);
  await settled(context);
  const states = await Promise.all(names.map((name) => ns.history.workload(ns.id(name))));
  const onHold = names.filter((_, index) => states[index]?.hold);
  for (const name of onHold) await person(context, name, 'resume');
  if (onHold.length > 0) await settled(context);
  await witness.record();
  const endings = await Promise.all(names.map((name) => endingOf(context, name)));
  const objections = [...witness.objections, ...endings.flatMap(objectionsTo), ...(await leftInGit(context, endings))];
  return objections.length === 0 ? [] : [...objections, ...endings.flatMap(storyOf)];
}

/** Checked, reconciled, and nothing under way: twice the same. */
async function settled(context: Context): Promise<void> {
  const { ns, flux } = context;
  const isActive = async () => (await ns.history.active()).length > 0;
  const snapshot = async (): Promise<string | undefined> => {
    // Flux reconciles by itself too; while something is under way there is nothing to compare yet.
    if (await isActive()) return undefined;
    await flux?.reconcile();
    await Promise.all(names.map((name) => ns.checkedAgain(name)));
    if (await isActive()) return undefined;
    const states = await Promise.all(
      names.map(async (name) => {
        const { metadata, spec } = await ns.read(name);
        const known = await ns.history.workload(ns.id(name));
        return [metadata.generation, spec, known?.latest, known?.hold, known?.quarantine];
      }),
    );
    return JSON.stringify(states);
  };
  let before: string | undefined;
  await waitUntil(
    'nothing changes any more',
    async () => {
      const now = await snapshot();
      const same = now !== undefined && now === before;
      before = now;
      return same;
    },
    { timeoutMs: 300_000, next: () => sleep(400) },
  );
}

async function endingOf({ ns, witness, journals, flux }: Context, name: Name): Promise<Ending> {
  const path = `/apis/apps/v1/namespaces/${ns.name}/deployments/${name}`;
  const state = await ns.history.workload(ns.id(name));
  const object = await ns.env.kube.request({ path });
  return {
    journal: journals[name],
    other: journals[name === 'myapp' ? 'myapp-staging' : 'myapp'],
    pods: witness.pods(name),
    rollouts: [...witness.rollouts.values()].filter(({ workload }) => workload === ns.id(name)),
    everQuarantined: [...(witness.quarantine.get(name)?.values() ?? [])],
    ran: witness.ran(name),
    holds: [...(witness.holds.get(name)?.values() ?? [])],
    isOwned: flux !== undefined,
    state: {
      quarantine: state?.quarantine ?? [],
      ...(state?.hold && { hold: state.hold }),
      ...(state?.check && { check: state.check }),
    },
    knowsGood: Object.values(state?.digests ?? {}).some(({ lastGood }) => lastGood !== undefined),
    lostEdits: lostEdits(object, journals[name].edited),
  };
}

/** Where the newest push is good for all, nothing is pinned in a Kustomization any more, but behind a mirror that lagged. */
async function leftInGit({ flux }: Context, endings: readonly Ending[]): Promise<readonly string[]> {
  const allGood = endings.every(
    ({ journal: { pushes, lags } }) => pushes.at(-1)?.outcome === 'good' && lags.length === 0,
  );
  const pins = allGood ? ((await flux?.pins()) ?? 0) : 0;
  return pins > 0 ? [`The Kustomization still has ${pins} of Keelson's entries, and nothing needs them.`] : [];
}
