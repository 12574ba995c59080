import { beforeAll, describe, expect, it } from 'vitest';
import { asFluxBuilds, kustomizationsOf } from '../src/manifests/flux.ts';
import { kubectlMissing } from '../src/manifests/kubectl.ts';
import type { Party } from '../src/manifests/network.ts';
import { mayConnect } from '../src/manifests/network.ts';
import type { KubeObject } from '../src/manifests/object.ts';
import { templateOf } from '../src/manifests/workloads.ts';

const noKubectl = await kubectlMissing();

/** Pods that are not of this repository. */
const others = {
  traefik: { pod: { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'traefik' } } },
  'another pod of kube-system': { pod: { namespace: 'kube-system', labels: { app: 'metrics-server' } } },
  dns: { pod: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } },
  prometheus: { pod: { namespace: 'monitoring', labels: { app: 'prometheus' } } },
  'a runner': {
    pod: { namespace: 'ci', labels: { app: 'runner' }, namespaceLabels: { 'keelson.sh/client': 'true' } },
  },
  'a pod of somebody': { pod: { namespace: 'default', labels: { app: 'keelson-api' } } },
  'another pod of keelson': { pod: { namespace: 'keelson', labels: { app: 'debug' } } },
  'the KEDA operator': { pod: { namespace: 'keda', labels: { app: 'keda-operator' } } },
  'another pod of keda': { pod: { namespace: 'keda', labels: { app: 'keda-admission-webhooks' } } },
  'what is no pod': {},
} satisfies Readonly<Record<string, Party>>;

type Own = 'api' | 'worker' | 'redis' | 'myapp' | 'guestbook' | 'its Redis' | "staging's guestbook";
const own: Readonly<Record<Own, string>> = {
  api: 'keelson/keelson-api',
  worker: 'keelson/keelson-worker',
  redis: 'keelson/redis',
  myapp: 'myapp/myapp',
  guestbook: 'guestbook/guestbook',
  'its Redis': 'guestbook/guestbook-redis',
  "staging's guestbook": 'guestbook/guestbook-staging',
};

type Row = readonly [from: Own | keyof typeof others, to: Own | keyof typeof others, port: number, may: boolean];

const rows: readonly Row[] = [
  ['api', 'redis', 6379, true],
  ['worker', 'redis', 6379, true],
  ['myapp', 'redis', 6379, false],
  ['another pod of keelson', 'redis', 6379, false],
  ['a pod of somebody', 'redis', 6379, false],
  ['what is no pod', 'redis', 6379, false],
  ['api', 'redis', 22, false],
  ['traefik', 'api', 8080, true],
  ['prometheus', 'api', 8080, true],
  ['a runner', 'api', 8080, true],
  ['another pod of kube-system', 'api', 8080, false],
  ['a pod of somebody', 'api', 8080, false],
  ['myapp', 'api', 8080, false],
  ['worker', 'api', 8080, false],
  ['prometheus', 'worker', 8081, true],
  ['traefik', 'worker', 8081, false],
  ['a pod of somebody', 'worker', 8081, false],
  ['api', 'worker', 8081, false],
  ['worker', 'dns', 53, true],
  ['api', 'dns', 53, true],
  ['redis', 'dns', 53, false],
  ['worker', 'what is no pod', 443, true],
  ['worker', 'what is no pod', 6443, true],
  ['worker', 'what is no pod', 80, false],
  ['api', 'what is no pod', 443, false],
  ['api', 'what is no pod', 6443, false],
  ['redis', 'what is no pod', 443, false],
  ['worker', 'myapp', 3000, false],
  ['another pod of keelson', 'what is no pod', 443, false],
  ['guestbook', 'its Redis', 6379, true],
  ["staging's guestbook", 'its Redis', 6379, false],
  ['worker', 'its Redis', 6379, false],
  ['guestbook', 'redis', 6379, false],
];

const scaling: readonly Row[] = [
  ['the KEDA operator', 'redis', 6379, true],
  ['another pod of keda', 'redis', 6379, false],
  ['the KEDA operator', 'api', 8080, false],
];

/** The first cluster, with the choices taken that the first cluster leaves in comments, or without. */
async function builtWith(choices: boolean): Promise<KubeObject[]> {
  return (await Promise.all((await kustomizationsOf('homelab', choices)).map(asFluxBuilds))).flat();
}

function partyOf(objects: readonly KubeObject[], name: Row[0]): Party {
  if (!isOwn(name)) return others[name];
  const found = objects.find(
    ({ kind, metadata }) =>
      `${metadata.namespace}/${metadata.name}` === own[name] && (kind === 'Deployment' || kind === 'StatefulSet'),
  );
  const template = found && templateOf(found);
  if (!template) throw new Error(`There is no workload ${own[name]}.`);
  const ports = template.spec.containers.flatMap((each) => each.ports.map((port) => [port.name, port.containerPort]));
  const labels = template.metadata?.labels ?? {};
  return { pod: { namespace: found?.metadata.namespace ?? '', labels, ports: Object.fromEntries(ports) } };
}

function isOwn(name: Row[0]): name is Own {
  return name in own;
}

describe.skipIf(noKubectl !== undefined)(`NetworkPolicies${noKubectl ? ` (${noKubectl})` : ''}`, () => {
  let plain: KubeObject[] = [];
  let scaled: KubeObject[] = [];

  beforeAll(async () => {
    [plain, scaled] = await Promise.all([builtWith(false), builtWith(true)]);
  });

  it.each(rows)('NetworkPolicies: from %s to %s at port %i: %s', (from, to, port, may) => {
    const target = { port, protocol: port === 53 ? ('UDP' as const) : ('TCP' as const) };

    expect(mayConnect(plain, partyOf(plain, from), partyOf(plain, to), target)).toBe(may);
  });

  it.each(scaling)('NetworkPolicies where KEDA scales: from %s to %s at port %i: %s', (from, to, port, may) => {
    expect(mayConnect(scaled, partyOf(scaled, from), partyOf(scaled, to), { port })).toBe(may);
    expect(mayConnect(plain, partyOf(plain, from), partyOf(plain, to), { port })).toBe(false);
  });
});
