import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningApi } from '@keelson/api';
import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import type { Scene } from '../scene.ts';
import { openScene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';
import type { Edited } from './edits.ts';
import { edit, lostEdits } from './edits.ts';
import type { FluxOf } from './flux-of.ts';
import { annotations, fluxOf } from './flux-of.ts';
import type { Journal } from './journal.ts';
import { emptyJournal } from './journal.ts';
import type { Ending } from './oracle.ts';
import { objectionsTo, storyOf } from './oracle.ts';
import type { Action, Name, Outcome, Setting, Step } from './steps.ts';
import { names, tags } from './steps.ts';
import type { Witness } from './witness.ts';
import { startWitness } from './witness.ts';
import type { Workers } from './workers.ts';
import { workersApart, workersHere } from './workers.ts';

export interface Run {
  readonly setting: Setting;
  readonly steps: readonly Step[];
  /** Workers as processes of their own, that are killed in earnest. */
  readonly apart: boolean;
  /** How soon after its last pass Flux looks again, in milliseconds. */
  readonly fluxMs: number;
}

interface Cast {
  readonly scene: Scene;
  readonly api: RunningApi;
  readonly workers: Workers;
  readonly flux: FluxOf | undefined;
  readonly witness: Witness;
  readonly journals: Readonly<Record<Name, Journal>>;
}

const labels: Readonly<Record<Outcome, Readonly<Record<string, string>>>> = {
  good: {},
  crash: { 'sh.keelson.outcome': 'crash' },
  oom: { 'sh.keelson.outcome': 'oom' },
  late: { 'sh.keelson.outcome': 'late-crash', 'sh.keelson.after': '1200' },
};

/** Plays a sequence on a corner of the stage, with a Redis of its own, waits until all is quiet, and says what is wrong at the end. */
export async function play(stage: Stage, run: Run): Promise<readonly string[]> {
  const redis = await startRedis();
  const scene = await openScene({ ...stage, redis });
  const log = createLogger({ level: 'fatal', name: 'random' });
  const api = await startApi({ config: { ...scene.config, listen: { host: '127.0.0.1', port: 0 } }, log });
  const workers = run.apart ? workersApart(scene) : workersHere(scene);
  const journals = { myapp: emptyJournal('myapp'), 'myapp-staging': emptyJournal('myapp-staging') };
  let flux: FluxOf | undefined;
  let witness: Witness | undefined;
  try {
    for (const name of names) await push(scene, journals[name], 'good');
    if (run.setting === 'nobody') {
      for (const name of names) await scene.deploy({ name, image: scene.image(tags[name]), annotations: annotations });
    } else flux = await fluxOf(scene, run.fluxMs);
    await Promise.all(names.map((name) => scene.settled(name)));
    witness = startWitness(scene);
    const cast: Cast = { scene, api, workers, flux, witness, journals };
    await workers.start();
    await scene.watched(...names);
    for (const { waitMs, action } of run.steps) {
      await sleep(waitMs);
      await act(cast, action);
    }
    return await end(cast);
  } finally {
    await witness?.stop();
    await flux?.stop();
    await workers.close();
    await api.stop();
    await scene.close();
    await redis.stop();
  }
}

async function push(scene: Scene, { name, pushes }: Journal, outcome: Outcome): Promise<void> {
  pushes.push({ digest: await scene.push(tags[name], labels[outcome]), outcome, at: Date.now() });
}

async function act(cast: Cast, action: Action): Promise<void> {
  const { scene, workers, flux, journals } = cast;
  switch (action.do) {
    case 'push':
      return push(scene, journals[action.name], action.outcome);
    case 'edit': {
      const journal = journals[action.name];
      const { what } = action;
      if (what === 'env' || what === 'scale') journal.newPods.push(Date.now());
      const value = await edit(scene, action.name, what, journal.newPods.length + Object.keys(journal.edited).length);
      journal.edited = { ...journal.edited, [what]: value } satisfies Edited;
      return;
    }
    case 'hint':
      return scene.ask(action.name, 'webhook');
    case 'pause':
    case 'resume':
    case 'release':
      return person(cast, action.name, action.do);
    case 'start':
    case 'stop':
    case 'crash':
      return workers[action.do]();
    case 'forget':
      for (const { forgets } of Object.values(journals)) forgets.push(Date.now());
      return scene.stage.redis.flush();
    case 'reconcile':
      await flux?.reconcile();
  }
}

/** By the API, as people do it. A workload that is not known at this moment is nobody's to pause. */
async function person({ scene, api, journals }: Cast, name: Name, what: 'pause' | 'resume' | 'release'): Promise<void> {
  const at = Date.now();
  const url = `${api.url}/api/v1/workloads/${scene.namespace}/deployment/${name}/${what}`;
  const { status } = await fetch(url, { method: 'POST' });
  if (status !== 200 && status !== 404) throw new Error(`${what} of ${name} was answered ${status}.`);
  if (what === 'resume') journals[name].resumes.push(at);
  if (what === 'release') journals[name].releases.push(at);
}

async function end(cast: Cast): Promise<readonly string[]> {
  const { scene, workers, witness } = cast;
  await workers.start();
  await calm(cast);
  for (const name of names)
    if ((await scene.history.workload(scene.id(name)))?.hold) await person(cast, name, 'resume');
  await calm(cast);
  await witness.look();
  const endings = await Promise.all(names.map((name) => endingOf(cast, name)));
  const objections = [...witness.objections, ...endings.flatMap(objectionsTo), ...(await leftInGit(cast, endings))];
  return objections.length === 0 ? [] : [...objections, ...endings.flatMap(storyOf)];
}

/** Looked at, reconciled, and nothing under way: twice the same. */
async function calm(cast: Cast): Promise<void> {
  const { scene, flux } = cast;
  const snapshot = async (): Promise<string | undefined> => {
    await flux?.reconcile();
    await Promise.all(names.map((name) => scene.lookedAgain(name)));
    if ((await scene.history.active()).length > 0) return undefined;
    const states = await Promise.all(
      names.map(async (name) => {
        const { metadata, spec } = await scene.read(name);
        const known = await scene.history.workload(scene.id(name));
        return [metadata.generation, spec, known?.latest, known?.hold, known?.quarantine];
      }),
    );
    return JSON.stringify(states);
  };
  let before: string | undefined;
  await until(
    'all is quiet',
    async () => {
      const now = await snapshot();
      const same = now !== undefined && now === before;
      before = now;
      return same;
    },
    90_000,
  );
}

async function endingOf({ scene, witness, journals }: Cast, name: Name): Promise<Ending> {
  const path = `/apis/apps/v1/namespaces/${scene.namespace}/deployments/${name}`;
  const state = await scene.history.workload(scene.id(name));
  const object = await scene.stage.kube.request({ path });
  return {
    journal: journals[name],
    other: journals[name === 'myapp' ? 'myapp-staging' : 'myapp'],
    pods: await witness.pods(name),
    rollouts: [...witness.rollouts.values()].filter(({ workload }) => workload === scene.id(name)),
    everQuarantined: [...(witness.quarantine.get(name)?.values() ?? [])],
    ran: witness.ran.get(name) ?? new Set(),
    state: { quarantine: state?.quarantine ?? [], ...(state?.hold && { hold: state.hold }) },
    lostEdits: lostEdits(object, journals[name].edited),
  };
}

/** Where the newest push is good for all, nothing is pinned in a Kustomization any more. */
async function leftInGit({ flux }: Cast, endings: readonly Ending[]): Promise<readonly string[]> {
  const allGood = endings.every(({ journal: { pushes } }) => pushes.at(-1)?.outcome === 'good');
  const pins = allGood ? ((await flux?.pins()) ?? 0) : 0;
  return pins > 0 ? [`The Kustomization still has ${pins} of Keelson's entries, and nothing needs them.`] : [];
}
