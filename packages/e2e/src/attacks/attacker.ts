import { pushImage } from '@keelson/simulator';
import type { DeploymentOptions } from '../manifests.ts';
import { exampleAnnotations } from '../manifests.ts';
import { deploymentsIn } from '../namespace/deployments.ts';
import { otherHosts } from '../test-env.ts';
import type { TestNamespace } from '../test-namespace.ts';
import { waitUntil } from '../wait-until.ts';
import { controllersOf } from './controllers-of.ts';
import { victimApp } from './victim.ts';

type ImageOptions = NonNullable<Parameters<typeof pushImage>[3]>;
type Annotations = Readonly<Record<string, string>>;

interface Served {
  readonly mediaType: string;
  readonly digest: string;
  readonly body: string;
  /** @default 'manifests' */
  readonly kind?: 'manifests' | 'blobs';
  /** @default 200 */
  readonly status?: number;
}

interface DeployOptions extends Partial<Pick<DeploymentOptions, 'image' | 'replicas' | 'labels' | 'imagePullSecrets'>> {
  /** Beside those with which Keelson follows it. */
  readonly annotations?: Annotations;
}

/** In each namespace, name and label of an attacker: nothing of a victim's may hold it. */
export const mark = 'mallory';
/** What attackers log and send beside what is kept: no record may hold it, not their own either. */
export const password = 'hunter2';

/** Small in tests, where the kind of thing counts; full in the benchmark. */
export type Size = 'small' | 'full';

export interface AttackerOptions {
  /** The API's URL. */
  readonly api: string;
  readonly victimImage: string;
  /** What the victim pushes next. @default nobody knows */
  readonly nextImage?: () => ImageOptions;
  readonly size: Size;
  /** What its namespace is called beside the victim's. @default the mark */
  readonly suffix?: string;
}

/** A namespace beside the victim's, with one registry's repositories, and notifications that it may send. */
export type Attacker = Awaited<ReturnType<typeof openAttacker>>;

export async function openAttacker(
  victim: TestNamespace,
  { api, size, victimImage, nextImage = () => ({}), suffix = mark }: AttackerOptions,
) {
  const { env, history } = victim;
  const namespace = `${victim.name}-${suffix}`;
  const registry = env.otherRegistries.hostile;
  await env.kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  const deployments = deploymentsIn(env.kube, namespace);
  victim.onClose(() => deployments.removeAll());
  const served = new Map<string, () => void>();
  victim.onClose(() => {
    for (const end of served.values()) end();
  });
  let pushes = 0;

  const attacker = {
    namespace,
    /** The image that the victim follows, which everybody may read. */
    victimImage,
    /** Pushes what the victim pushes next to the attacker's own registry. Returns its digest. */
    pushCopy: async (name: string): Promise<string> =>
      (await pushImage(registry, `${namespace}/${name}`, 'latest', nextImage())).digest,
    /** Owner references to the victim's Deployment and its newest ReplicaSet, as their controllers write them. */
    victimControllers: () => controllersOf(victim, victimApp),
    api,
    registry,
    kube: env.kube,
    onClose: victim.onClose,
    id: (name: string) => `${namespace}/deployment/${name}`,
    repository: (name: string) => `${namespace}/${name}`,
    image: (name: string) => `${otherHosts.hostile}/${namespace}/${name}:latest`,

    /** How many of something. */
    amount: (small: number, full: number): number => (size === 'full' ? full : small),

    /** An image that nobody has pushed before. */
    push: async (name: string, { labels, ...more }: ImageOptions = {}): Promise<string> => {
      pushes += 1;
      const unique = { ...labels, build: `${mark}-${pushes}` };
      return (await pushImage(registry, `${namespace}/${name}`, 'latest', { ...more, labels: unique })).digest;
    },

    /** From now on its registry answers this, which it would take from nobody, for a digest or a tag. */
    serve: (name: string, reference: string, { mediaType, digest, body, kind = 'manifests', status = 200 }: Served) => {
      const path = `${namespace}/${name}/${kind}/${reference}`;
      served.get(path)?.();
      const headers = { 'content-type': mediaType, 'docker-content-digest': digest };
      served.set(path, registry.faults.inject({ path, fault: { type: 'status', status, headers, body } }));
    },

    /** Of its own image, with no pod, checked each second. */
    deploy: (name: string, { annotations, ...more }: DeployOptions = {}): Promise<void> =>
      deployments.deploy({
        name,
        image: attacker.image(name),
        replicas: 0,
        ...more,
        annotations: { ...exampleAnnotations, 'keel.sh/poll-schedule': '@every 1s', ...annotations },
      }),

    annotate: (name: string, annotations: Annotations) => deployments.patch(name, { metadata: { annotations } }),

    /** With a strategic merge patch. */
    patch: (name: string, body: object) => deployments.patch(name, body, 'application/strategic-merge-patch+json'),

    available: deployments.available,
    remove: deployments.remove,
    removeAll: deployments.removeAll,

    checked: (...names: readonly string[]) =>
      waitUntil(`${names.length} workloads of the attacker are checked`, async () => {
        const states = await Promise.all(names.map((name) => history.workload(attacker.id(name))));
        return states.every((state) => state?.check !== undefined);
      }),

    /** A rollout of it to this digest has begun. */
    begun: (name: string, digest: string) =>
      waitUntil(`a rollout of ${name} of the attacker to ${digest} began`, async () => {
        const { items } = await history.rollouts({ workload: attacker.id(name) });
        return items.some(({ changes }) => changes.some(({ to }) => to.digest === digest));
      }),

    checkedAgain: (name: string) => victim.checkedAgainById(attacker.id(name)),

    /** At least so many of them had a rollout that failed. */
    failed: (count: number, names: readonly string[]) =>
      waitUntil(`${count} rollouts of the attacker failed`, async () => {
        const states = await Promise.all(names.map((name) => history.workload(attacker.id(name))));
        return states.filter((state) => (state?.quarantine.length ?? 0) > 0).length >= count;
      }),

    /** Keelson has a record of it. */
    known: (name: string) => waitUntil(`${name} of the attacker is known`, () => history.workload(attacker.id(name))),

    /** Everything that the API shows of its workloads, as text. */
    seen: async (): Promise<string> => {
      const { items } = await history.rollouts({ namespaces: [namespace] });
      const pages = [`workloads?namespace=${namespace}`, ...items.map(({ id }) => `rollouts/${id}`)];
      const texts = pages.map(async (page) => (await fetch(`${api}/api/v1/${page}`)).text());
      return (await Promise.all(texts)).join('\n');
    },

    /** Sends the notification of these pushes; does not wait for the answer, and does not mind what it is. */
    notify: (repositories: readonly string[]): void => {
      const events = repositories.map((repository) => ({
        action: 'push',
        target: { repository, tag: 'latest' },
        request: { host: otherHosts.hostile },
      }));
      const headers = { 'content-type': 'application/vnd.docker.distribution.events.v1+json' };
      fetch(`${api}/webhooks/registry`, { method: 'POST', headers, body: JSON.stringify({ events }) }).then(
        (answer) => answer.arrayBuffer(),
        () => undefined,
      );
    },
  };
  return attacker;
}

/** `app-0`, `app-1` … */
export function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}
