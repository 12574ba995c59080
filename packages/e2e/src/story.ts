import { expect } from 'vitest';
import type { BadImage } from './bad-images.ts';
import { badImages, pushBad } from './bad-images.ts';
import type { InGit } from './in-git.ts';
import { inGit } from './in-git.ts';
import { exampleAnnotations } from './manifests.ts';
import type { Reconciler } from './reconcilers.ts';
import type { TestNamespace } from './test-namespace.ts';
import type { WritePathCase } from './write-path-cases.ts';

const names = ['myapp', 'myapp-staging'] as const;

/**
 * The whole story of one workload: a good push is verified, a user edits the workload, a bad push is rolled back and not offered again,
 * the next good push rolls forward; the workload's owner never has anything to write, and staging beside it stays as it was.
 */
export async function expectStory(ns: TestNamespace, path: WritePathCase, bad: BadImage): Promise<void> {
  const owner = await begin(ns, path, bad);
  const staging = await snapshot(ns, 'myapp-staging');

  const good = await ns.push('latest');
  await ns.check('myapp');
  const first = await ns.reached('myapp', 'succeeded', good);
  expect(first.written?.path).toBe(path.paths[0]);
  await ns.runs('myapp', good);
  await isQuiet(ns, owner);

  await edit(ns);
  await ns.runs('myapp', good);
  const pushed = await pushBad(ns, bad);
  await ns.check('myapp');
  const failed = await ns.reached('myapp', 'failed', pushed.digest);
  expect(bad.codes).toContain(failed.transitions.at(-1)?.code);
  const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');
  expect(rollback).toMatchObject({ rollbackOf: failed.id, trigger: 'verdict', written: { path: path.paths[1] } });
  await ns.runs('myapp', good);
  await isEdited(ns);
  await expectList(ns, path, 1);
  await passesOnce(ns, path, owner);
  if (path.lasts) await isQuiet(ns, owner);
  await ns.checkedAgain('myapp');
  expect(await ns.rollouts('myapp')).toHaveLength(3);

  pushed.fix();
  const next = await ns.push('latest');
  await ns.check('myapp');
  const last = await ns.reached('myapp', 'succeeded', next);
  expect(last.written?.path).toBe(path.paths[2]);
  await ns.runs('myapp', next);
  await expectList(ns, path, 0);
  await passesOnce(ns, path, owner);
  await isQuiet(ns, owner);
  await isEdited(ns);
  expect(await ns.rollouts('myapp')).toHaveLength(4);
  expect(await snapshot(ns, 'myapp-staging')).toEqual(staging);
  expect(await ns.rollouts('myapp-staging')).toEqual([]);
}

type Owner = Pick<WritePathCase, 'reconciler' | 'annotations' | 'warning'>;
type Wanted = Pick<BadImage, 'annotations' | 'init'> & Pick<InGit, 'recreate'>;

/** Both Deployments as git has them. */
export function manifestsOf(ns: TestNamespace, { annotations }: Partial<Owner>, wanted: Wanted = {}, tag = 'latest') {
  const namespace = ns.name;
  const { init = false, recreate = false } = wanted;
  const metadata = {
    annotations: { ...exampleAnnotations, ...annotations, ...wanted.annotations },
  };
  return [
    inGit({ namespace, name: 'myapp', image: ns.image(tag), init, recreate, ...metadata }),
    inGit({ namespace, name: 'myapp-staging', image: ns.image('dev-staging'), ...metadata }),
  ];
}

/** Both Deployments as git has them run what their tags mean, and Keelson has checked them. */
export async function begin(ns: TestNamespace, path: Owner, wanted: Wanted = {}): Promise<Reconciler> {
  await ns.push('latest');
  await ns.push('dev-staging');
  const owner = await path.reconciler(ns);
  await owner.commit(manifestsOf(ns, path, wanted));
  await Promise.all(names.map(ns.complete));
  await ns.startWorker();
  await ns.checked(...names);
  const warnings = (await ns.history.workload(ns.id('myapp')))?.record.warnings.map(({ code }) => code);
  expect(warnings).toEqual(path.warning === undefined ? [] : [path.warning]);
  return owner;
}

/** A good push, verified. Answers its digest. */
export async function rollOut(ns: TestNamespace): Promise<string> {
  const good = await ns.push('latest');
  await ns.check('myapp');
  await ns.reached('myapp', 'succeeded', good);
  await ns.runs('myapp', good);
  return good;
}

/** A bad push, failed. Answers its digest. */
export async function rollOutBad(ns: TestNamespace): Promise<string> {
  await ns.complete('myapp');
  const bad = await ns.push('latest', badImages['a crash'].labels);
  await ns.check('myapp');
  await ns.reached('myapp', 'failed', bad);
  return bad;
}

/** Three passes of the owner find nothing to write, and nothing else is written either. */
export async function isQuiet(ns: TestNamespace, owner: Reconciler): Promise<void> {
  const generations = () => Promise.all(names.map(async (name) => (await ns.read(name)).metadata.generation));
  await ns.stateSaved('myapp');
  const before = await generations();
  for (const _ of [1, 2, 3]) expect(await owner.pass()).toEqual({});
  await ns.checkedAgain('myapp');
  expect(await generations()).toEqual(before);
}

/** From a list of patches Flux writes or removes an annotation with git's own image; nothing that pods are made of. */
async function passesOnce(ns: TestNamespace, { list }: Pick<WritePathCase, 'list'>, owner: Reconciler): Promise<void> {
  if (list !== 'patches') return;
  const before = await snapshot(ns, 'myapp');
  await owner.pass();
  expect((await snapshot(ns, 'myapp')).pods).toEqual(before.pods);
}

/** Its generation, and which pods it has. */
async function snapshot(ns: TestNamespace, name: string) {
  const [{ metadata }, pods] = await Promise.all([ns.read(name), ns.pods(name)]);
  return { generation: metadata.generation, pods: pods.map(({ metadata: { uid } }) => uid) };
}

/** What a person changes by hand: a scale, a label, a variable. */
async function edit(ns: TestNamespace): Promise<void> {
  const env = [{ name: 'TEAM', value: 'blue' }];
  const body = {
    metadata: { labels: { team: 'blue' } },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', env }] } } },
  };
  await ns.patch('myapp', body, 'application/strategic-merge-patch+json');
  await ns.complete('myapp');
}

async function isEdited(ns: TestNamespace): Promise<void> {
  const { metadata, spec } = await ns.read('myapp');
  expect(metadata.labels['team']).toBe('blue');
  expect(spec.replicas).toBe(2);
  expect(spec.template.spec.containers[0]?.env).toEqual([{ name: 'TEAM', value: 'blue' }]);
}

/** How many of the entries in the Kustomization are ours, as far as one workload has any. */
async function expectList(ns: TestNamespace, { list }: Pick<WritePathCase, 'list'>, rollbacks: 0 | 1): Promise<void> {
  if (list === undefined) return;
  if (list === 'postRenderers') return expect(await ns.postRenderers()).toHaveLength(rollbacks);
  const { images, patches, pins } = await ns.kustomization();
  const inGit = list === 'images' ? 0 : 1;
  const byEntry = list === 'images' ? rollbacks : 0;
  expect(images).toHaveLength(inGit + byEntry);
  expect(pins === undefined).toBe(byEntry === 0);
  // git's image of the container is made readable by two more.
  expect(patches).toHaveLength(list === 'patches' ? 3 * rollbacks : 0);
}
