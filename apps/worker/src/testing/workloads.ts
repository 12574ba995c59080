import { randomBytes } from 'node:crypto';
import type { Digest } from '@keelson/image';
import type { KubeHttp, Workload } from '@keelson/kube';
import { pushImage } from '@keelson/simulator';
import { expect } from 'vitest';
import type { Deps } from '../deps.ts';
import type { DeploymentOptions } from './manifests.ts';
import { deployment, followed } from './manifests.ts';
import type { TestEnv } from './test-env.ts';
import { soon } from './test-env.ts';

interface WorkloadsOptions {
  readonly env: TestEnv;
  readonly namespace: string;
  readonly deps: Pick<Deps, 'view'>;
  readonly http: KubeHttp;
}

/** Images in the registry and Deployments in the cluster, as users and CI push, apply and change them. */
export function openWorkloads({ env, namespace, deps: { view }, http }: WorkloadsOptions) {
  const { registry, cluster } = env;
  const pathOf = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const image = (tag: string, repository = 'app') => `${registry.host}/${namespace}/${repository}:${tag}`;

  /** Pushes a new image; two pushes never have the same digest. */
  async function push(tag: string, labels: Readonly<Record<string, string>> = {}, repository = 'app'): Promise<Digest> {
    const unique = { ...labels, build: randomBytes(6).toString('hex') };
    return (await pushImage(registry, `${namespace}/${repository}`, tag, { labels: unique })).digest;
  }

  /** Gives a tag to an image that the registry has, as `docker tag` and `docker push` do. */
  async function retag(digest: string, tag: string): Promise<void> {
    const url = `${registry.url}/v2/${namespace}/app/manifests`;
    const manifest = await fetch(`${url}/${digest}`);
    const headers = { 'content-type': manifest.headers.get('content-type') ?? '' };
    const { status } = await fetch(`${url}/${tag}`, { method: 'PUT', headers, body: await manifest.text() });
    expect(status).toBe(201);
  }

  function deploy(name: string, options: DeploymentOptions): void {
    cluster.apply(deployment(namespace, name, options));
  }

  /** The Deployment as the view has it. */
  function workload(name: string): Workload {
    const found = view.workload({ namespace, kind: 'Deployment', name });
    expect(found, `${name} is in the view`).toBeDefined();
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** The image of its first container, as the view has it. */
  const imageOf = (name: string) => workload(name).containers[0]?.image;

  /** Waits until all pods of the newest revision are available, and the view knows it. */
  const settled = (...names: readonly string[]) =>
    soon(() => {
      for (const name of names) {
        const found = workload(name);
        const { generation, replicas: wanted, status } = found;
        const { observedGeneration, replicas, updated, available } = status;
        expect({ observedGeneration, replicas, updated, available }).toEqual({
          observedGeneration: generation,
          replicas: wanted,
          updated: wanted,
          available: wanted,
        });
        expect(view.podsOfNewestRevision(found)).toHaveLength(wanted);
      }
    });

  /** Deploys what it pushes to `latest`, and waits until the pods run. Returns that digest. */
  async function running(name: string, options: Partial<DeploymentOptions> = {}): Promise<Digest> {
    const digest = await push('latest');
    deploy(name, { images: { app: image('latest') }, ...options });
    await settled(name);
    return digest;
  }

  /** Runs container `app`, which is followed, beside others that are not; all name `latest`, each in a repository of its own name. */
  async function runningBeside(
    name: string,
    other: { readonly side?: string; readonly init?: string },
    options: Pick<DeploymentOptions, 'strategy'> = {},
  ): Promise<void> {
    const named = (one: string) => ({ [one]: image('latest', one) });
    for (const one of ['app', ...Object.values(other)]) await push('latest', {}, one);
    deploy(name, {
      ...options,
      images: { ...named('app'), ...(other.side !== undefined && named(other.side)) },
      initImages: other.init === undefined ? {} : named(other.init),
      annotations: { ...followed, 'keel.sh/monitorContainers': '^app$' },
    });
    await settled(name);
  }

  return {
    image,
    repository: (name = 'app') => `${registry.host}/${namespace}/${name}`,
    push,
    retag,
    deploy,
    /** As a user does it. */
    patch: (
      name: string,
      body: unknown,
      contentType = 'application/strategic-merge-patch+json',
      fieldManager = 'kubectl',
    ) => http.request({ method: 'PATCH', path: pathOf(name), query: { fieldManager }, body, contentType }),
    remove: (name: string) => http.request({ method: 'DELETE', path: pathOf(name) }),
    workload,
    imageOf,
    settled,
    running,
    runningBeside,
  };
}
