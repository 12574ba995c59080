import { expect } from 'vitest';
import type { BadImage } from './bad-images.ts';
import { badImages, pushBad } from './bad-images.ts';
import type { FluxScene } from './flux-scene.ts';
import { openFluxScene } from './flux-scene.ts';
import type { InGit } from './in-git.ts';
import { inGit } from './in-git.ts';
import { post } from './manifests.ts';
import type { Ground } from './on-clusters.ts';
import type { Reconciler } from './reconcilers.ts';
import type { Way } from './ways.ts';

const names = ['myapp', 'myapp-staging'] as const;

/**
 * The whole story of one workload: a good push is verified, a person changes this and that, a bad push is rolled back and not offered again,
 * the next good one rolls forward; whoever owns the workload has nothing to do at any time, and staging beside it never hears of it.
 */
export async function expectStory(ground: Ground, way: Way, bad: BadImage): Promise<void> {
  await using scene = await openFluxScene(ground);
  const owner = await begin(scene, way, bad);
  const staging = await why(scene, 'myapp-staging');

  const good = await scene.push('latest');
  await scene.ask('myapp');
  const first = await scene.came('myapp', 'succeeded', good);
  expect(first.written?.path).toBe(way.paths[0]);
  await scene.runs('myapp', good);
  await isQuiet(scene, owner);

  await edit(scene);
  await scene.runs('myapp', good);
  const pushed = await pushBad(scene, bad);
  await scene.ask('myapp');
  const failed = await scene.came('myapp', 'failed', pushed.digest);
  expect(bad.codes).toContain(failed.transitions.at(-1)?.code);
  const rollback = await scene.came('myapp', 'succeeded', good, 'rollback');
  expect(rollback).toMatchObject({ rollbackOf: failed.id, trigger: 'verdict', written: { path: way.paths[1] } });
  await scene.runs('myapp', good);
  await isEdited(scene);
  await expectList(scene, way, 1);
  await takesUp(scene, way, owner);
  if (way.lasts) await isQuiet(scene, owner);
  await scene.lookedAgain('myapp');
  expect(await scene.rollouts('myapp')).toHaveLength(3);

  pushed.mend();
  const next = await scene.push('latest');
  await scene.ask('myapp');
  const last = await scene.came('myapp', 'succeeded', next);
  expect(last.written?.path).toBe(way.paths[2]);
  await scene.runs('myapp', next);
  await expectList(scene, way, 0);
  await takesUp(scene, way, owner);
  await isQuiet(scene, owner);
  await isEdited(scene);
  expect(await scene.rollouts('myapp')).toHaveLength(4);
  expect(await why(scene, 'myapp-staging')).toEqual(staging);
  expect(await scene.rollouts('myapp-staging')).toEqual([]);
}

type Standing = Pick<Way, 'reconciler' | 'labels' | 'annotations' | 'warning'>;
type Wanted = Pick<BadImage, 'annotations' | 'init'> & Pick<InGit, 'recreate'>;

/** Both Deployments as git has them. */
export function manifestsOf(
  scene: FluxScene,
  { labels, annotations }: Partial<Standing>,
  wanted: Wanted = {},
  tag = 'latest',
) {
  const { namespace } = scene;
  const { init = false, recreate = false } = wanted;
  const marks = { ...(labels && { labels }), annotations: { ...post, ...annotations, ...wanted.annotations } };
  return [
    inGit({ namespace, name: 'myapp', image: scene.image(tag), init, recreate, ...marks }),
    inGit({ namespace, name: 'myapp-staging', image: scene.image('dev-staging'), ...marks }),
  ];
}

/** Both Deployments as git has them run what their tags mean, and Keelson has looked at them. */
export async function begin(scene: FluxScene, way: Standing, wanted: Wanted = {}): Promise<Reconciler> {
  await scene.push('latest');
  await scene.push('dev-staging');
  const owner = await way.reconciler(scene);
  await owner.commit(manifestsOf(scene, way, wanted));
  await Promise.all(names.map(scene.complete));
  await scene.startWorker();
  await scene.watched(...names);
  const warnings = (await scene.history.workload(scene.id('myapp')))?.record.warnings.map(({ code }) => code);
  expect(warnings).toEqual(way.warning === undefined ? [] : [way.warning]);
  return owner;
}

/** A good push, verified. Answers its digest. */
export async function rollOut(scene: FluxScene): Promise<string> {
  const good = await scene.push('latest');
  await scene.ask('myapp');
  await scene.came('myapp', 'succeeded', good);
  await scene.runs('myapp', good);
  return good;
}

/** A bad push, failed. Answers its digest. */
export async function rollOutBad(scene: FluxScene): Promise<string> {
  await scene.complete('myapp');
  const bad = await scene.push('latest', badImages['a crash'].labels);
  await scene.ask('myapp');
  await scene.came('myapp', 'failed', bad);
  return bad;
}

/** Three passes of the owner find nothing to write, and nothing else is written either. */
export async function isQuiet(scene: FluxScene, owner: Reconciler): Promise<void> {
  const generations = () => Promise.all(names.map(async (name) => (await scene.live(name)).metadata.generation));
  await scene.mirrored('myapp');
  const before = await generations();
  for (const _ of [1, 2, 3]) expect(await owner.pass()).toEqual({});
  await scene.lookedAgain('myapp');
  expect(await generations()).toEqual(before);
}

/** From a list of patches Flux once writes, or takes away, an annotation that tells git's own image; nothing that pods are made of. */
async function takesUp(scene: FluxScene, { list }: Pick<Way, 'list'>, owner: Reconciler): Promise<void> {
  if (list !== 'patches') return;
  const before = await why(scene, 'myapp');
  expect(await owner.pass()).toEqual({ myapp: 'configured' });
  expect((await why(scene, 'myapp')).pods).toEqual(before.pods);
}

/** Its generation, and which pods it has. */
async function why(scene: FluxScene, name: string) {
  const [{ metadata }, pods] = await Promise.all([scene.live(name), scene.pods(name)]);
  return { generation: metadata.generation, pods: pods.map(({ metadata: { uid } }) => uid) };
}

/** What a person changes by hand: a scale, a label, a variable. */
async function edit(scene: FluxScene): Promise<void> {
  const env = [{ name: 'TEAM', value: 'blue' }];
  const body = {
    metadata: { labels: { team: 'blue' } },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', env }] } } },
  };
  await scene.patch('myapp', body, 'application/strategic-merge-patch+json');
  await scene.complete('myapp');
}

async function isEdited(scene: FluxScene): Promise<void> {
  const { metadata, spec } = await scene.live('myapp');
  expect(metadata.labels['team']).toBe('blue');
  expect(spec.replicas).toBe(2);
  expect(spec.template.spec.containers[0]?.env).toEqual([{ name: 'TEAM', value: 'blue' }]);
}

/** How many of the entries in the Kustomization are ours, as far as one workload has any. */
async function expectList(scene: FluxScene, { list }: Pick<Way, 'list'>, rollbacks: 0 | 1): Promise<void> {
  if (list === undefined) return;
  const { images, patches, pins } = await scene.kustomization();
  const inGit = list === 'images' ? 0 : 1;
  const byEntry = list === 'images' ? rollbacks : 0;
  expect(images).toHaveLength(inGit + byEntry);
  expect(pins === undefined).toBe(byEntry === 0);
  // git's image of the container is made readable by two more.
  expect(patches).toHaveLength(list === 'patches' ? 3 * rollbacks : 0);
}
