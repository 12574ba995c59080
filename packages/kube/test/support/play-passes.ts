import type { Flux, Pass, SimulatedCluster } from '@keelson/simulator';
import { fields, list, text } from '../../src/fields.ts';
import type { KubeHttp, WriteConfirmation, WritePath } from '../../src/index.ts';
import { ConflictError, createWrites } from '../../src/index.ts';
import { workloadPath } from '../../src/objects/kinds.ts';
import { readWorkload } from '../../src/objects/workload.ts';
import { deployment, digest, firstImage } from './objects.ts';

/** Keelson's requests, Flux' passes and what others do to one Kustomization, in an order that a seed decides. */
export interface PlayOptions {
  readonly cluster: SimulatedCluster;
  readonly flux: Flux;
  readonly http: KubeHttp;
  readonly seed: number;
}

const key = { kind: 'Deployment', name: 'web' } as const;
const merge = 'application/merge-patch+json';

/** A small generator of pseudo-random numbers (mulberry32): the same ones for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Rolls back and forward at random, with passes that begin, apply and end before and after every single request of Keelson's. Answers what is not as
 * it has to be: an image that went back by itself, an entry that was given up, a state that never settles.
 */
export async function playPasses({ cluster, flux, http, seed }: PlayOptions): Promise<readonly string[]> {
  const random = randomOf(seed);
  const name = `play-${seed}`;
  const story: string[] = [];
  const objections: string[] = [];
  const kustomization = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${name}`;
  const subject = { ...key, namespace: name };
  cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const made = deployment(key.name, { replicas: 0 });
  await flux.bootstrap(name);
  flux.commit(name, { ...made, metadata: { ...made.metadata, namespace: name } });
  await flux.reconcile(name);

  let pass: Pass | undefined;
  let expected = firstImage;
  let written:
    | { readonly path: WritePath; readonly direction: 'forward' | 'back'; readonly digest: ReturnType<typeof digest> }
    | undefined;

  const liveImage = async () => {
    const live = readWorkload('Deployment', await http.request({ path: workloadPath(subject) }));
    return { live, image: live?.containers[0]?.image };
  };

  /** A pass takes its next step, or another one begins. */
  async function fluxSteps(): Promise<void> {
    const before = (await liveImage()).image;
    const step = random(4);
    if (pass === undefined) {
      story.push('pass begins');
      pass = await flux.begin(name);
    } else if (step < 2) {
      story.push('pass applies');
      await pass.apply();
    } else {
      const { reason } = await pass.end();
      story.push(`pass ends: ${reason}`);
      pass = undefined;
    }
    const after = (await liveImage()).image;
    // What Flux writes is what Keelson means to be there, whatever it had read.
    if (after !== before && after !== expected) {
      objections.push(`Flux wrote ${after} over ${before}, and ${expected} was meant to stay`);
    }
  }

  /** Some controllers are quick, and others leave a pass open for long. */
  const pace = 2 + (seed % 11);
  const between: KubeHttp = {
    ...http,
    async request(request) {
      while (random(pace) === 0) await fluxSteps();
      const answer = await http.request(request);
      while (random(pace) === 0) await fluxSteps();
      return answer;
    },
  };
  const writes = createWrites(between);

  async function write(direction: 'forward' | 'back', to: ReturnType<typeof digest>, again?: 'flux-kustomization') {
    for (let tries = 0; tries < 20; tries += 1) {
      const { live, image } = await liveImage();
      if (live === undefined || image === undefined) throw new Error('The Deployment is gone.');
      const path = await writes.pathFor(live, direction, { fresh: true, ...(again && { written: again }) });
      expected = direction === 'back' ? `${firstImage}@${to}` : firstImage;
      try {
        await path.write(live, [{ container: 'app', expected: image, digest: to }]);
        story.push(`${direction} to ${to.slice(7, 9)} by ${path.name}`);
        written = { path, direction, digest: to };
        return;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    throw new Error('Every write conflicted.');
  }

  async function confirm(): Promise<WriteConfirmation['outcome'] | undefined> {
    if (written?.path.name !== 'flux-kustomization') return undefined;
    const { direction, digest: to } = written;
    const { live } = await liveImage();
    if (live === undefined) throw new Error('The Deployment is gone.');
    const path = await writes.pathFor(live, direction, { written: 'flux-kustomization' });
    const confirmation = await path.confirm?.(live);
    story.push(`confirmed: ${JSON.stringify(confirmation)}`);
    if (confirmation?.outcome === 'reverted') objections.push(`gave its entry up: ${confirmation.message}`);
    if (confirmation?.outcome === 'again') await write(direction, to, 'flux-kustomization');
    return confirmation?.outcome;
  }

  const patch = (body: unknown) =>
    http.request({ method: 'PATCH', path: kustomization, query: { fieldManager: 'flux' }, contentType: merge, body });
  let counter = 0;
  const next = (): number => {
    counter += 1;
    return counter;
  };
  const others: readonly (() => Promise<unknown>)[] = [
    () => patch({ metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `other-${next()}` } } }),
    () => patch({ spec: { timeout: `${next()}m` } }),
    () => patch({ spec: { suspend: counter % 2 === 0 } }),
  ];

  for (let step = 0; step < 14; step += 1) {
    const what = random(9);
    if (what < 2) await write('back', digest(['a', 'b', 'c'][random(3)] ?? 'a'));
    else if (what < 4) await write('forward', digest(['d', 'e', 'f'][random(3)] ?? 'd'));
    else if (what < 7) await confirm();
    else if (what < 8) {
      story.push('somebody changes the Kustomization');
      await others[random(others.length)]?.();
    } else await fluxSteps();
  }

  story.push('all end');
  await patch({ spec: { suspend: false } });
  let outcome: string | undefined = 'pending';
  for (let tries = 0; tries < 12 && outcome !== 'ok' && outcome !== undefined; tries += 1) {
    if (pass !== undefined) await pass.end();
    pass = undefined;
    await flux.reconcile(name);
    outcome = await confirm();
  }
  if (pass !== undefined) await pass.end();
  pass = undefined;
  if (outcome !== 'ok' && outcome !== undefined) objections.push(`never confirmed: ${outcome}`);
  const [last] = await flux.reconcile(name);
  const action = last?.objects[`Deployment/${name}/web`];
  const { image, live } = await liveImage();
  if (image !== expected) objections.push(`${image} is there in the end, and not ${expected}`);
  if (outcome === 'ok' && action !== 'unchanged') objections.push(`Flux says in the end: ${action}`);
  const hold = Object.keys(live?.annotations ?? {}).filter(
    (each) => each.includes('hold') || each.includes('reconcile'),
  );
  if (outcome === 'ok' && hold.length > 0) objections.push('the hold on Flux stays');
  const { spec, metadata } = fields(await http.request({ path: kustomization }));
  const pins = list(fields(spec).images).length + list(fields(spec).patches).length;
  if (pins !== (expected === firstImage ? 0 : 1)) objections.push(`${pins} entries are left`);
  const left = text(fields(fields(metadata).annotations)['keelson.sh/pins']);
  if ((left === undefined) !== (expected === firstImage)) objections.push(`the annotation says ${left}`);
  return objections.length === 0 ? [] : [`seed ${seed}`, ...objections, ...story];
}
