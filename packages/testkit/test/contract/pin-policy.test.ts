import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { TestEnv } from './both-clusters.ts';
import { onBothClusters } from './both-clusters.ts';

/** For busy machines, not a claim about speed. */
const wait = { timeout: 60_000, interval: 30 };
const policy = new URL('../../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);
const apply = 'application/apply-patch+yaml';
const good = `sha256:${'ab'.repeat(32)}`;
const image = 'pin.test/team/web:latest';
const plurals = {
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings',
} as const;

const document = z.looseObject({
  apiVersion: z.literal('admissionregistration.k8s.io/v1'),
  kind: z.enum(['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']),
  metadata: z.looseObject({ name: z.string() }),
});
const container = z.looseObject({ name: z.string(), image: z.string() });
const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    containers: z.array(container),
    initContainers: z.array(container).optional(),
  }),
});
const podList = z.looseObject({ items: z.array(podSchema) });

async function policyDocuments(): Promise<z.infer<typeof document>[]> {
  return parseAllDocuments(await readFile(policy, 'utf8')).map((each) => document.parse(each.toJS()));
}

function pathOf({ kind, metadata }: z.infer<typeof document>): string {
  return `/apis/admissionregistration.k8s.io/v1/${plurals[kind]}/${metadata.name}`;
}

function podWith(image: string, annotations: Record<string, string>, more: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'pod-', annotations },
    spec: { containers: [{ name: 'app', image }], ...more },
  };
}

/** A pod as the API server would admit it; nothing is written. */
async function admitted({ api }: TestEnv, namespace: string, pod: unknown): Promise<z.infer<typeof podSchema>> {
  return podSchema.parse(await api.do('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod));
}

/** The pods of a namespace, once it has any. */
function anyPods({ api }: TestEnv, namespace: string): Promise<z.infer<typeof podSchema>[]> {
  return vi.waitUntil(async () => {
    const { items } = podList.parse(await api.do('GET', `/api/v1/namespaces/${namespace}/pods`));
    return items.length > 0 && items;
  }, wait);
}

async function install(env: TestEnv, namespace: string): Promise<void> {
  for (const each of await policyDocuments()) {
    await env.api.do('PATCH', `${pathOf(each)}?fieldManager=tester`, each, apply);
  }
  await vi.waitUntil(async () => (await imageOf(env, namespace, image, `${image}@${good}`)) !== image, wait);
}

async function imageOf(env: TestEnv, namespace: string, image: string, pin: string): Promise<string | undefined> {
  const pod = await admitted(env, namespace, podWith(image, { 'digest.keelson.sh/app': pin }));
  return pod.spec.containers[0]?.image;
}

onBothClusters('the pod pin', (env) => {
  let namespace = '';
  beforeAll(async () => {
    namespace = await env.namespace();
    await install(env, namespace);
  });

  it('discovery lists admission policies and bindings', async () => {
    const found = await env.api.do('GET', '/apis/admissionregistration.k8s.io/v1');

    expect(found['resources']).toEqual(
      expect.arrayContaining(
        Object.entries(plurals).map(([kind, name]) => expect.objectContaining({ kind, name, namespaced: false })),
      ),
    );
  });

  it.each([
    ['a tag', image],
    ['a host with a port', '127.0.0.1:5000/team/web:latest'],
    ['a host with a port and no tag', '127.0.0.1:5000/team/web'],
    ['no tag', 'pin.test/team/web'],
    ['no host', 'web:1'],
  ])('the pin policy pins a pod whose image has %s', async (_what, image) => {
    expect(await imageOf(env, namespace, image, `${image}@${good}`)).toBe(`${image}@${good}`);
  });

  it.each([
    ['the same tag', image, `${image} ${image}@${good}`],
    ['another tag', image, `${image} pin.test/team/web:v2@${good}`],
    ['another repository', 'web:1', `web:1 pin.test/team/web:1@${good}`],
    ['another digest', `${image}@sha256:${'cd'.repeat(32)}`, `${image}@sha256:${'cd'.repeat(32)} ${image}@${good}`],
  ])('the pin policy replaces an image by one with %s', async (_what, image, pin) => {
    expect(await imageOf(env, namespace, image, pin)).toBe(pin.split(' ')[1]);
  });

  it.each([
    ['is from another tag', image, `pin.test/team/web:v2 ${image}@${good}`],
    ['is from another digest', `${image}@sha256:${'cd'.repeat(32)}`, `${image}@${good} ${image}@${good}`],
    ['has no digest in its second field', image, `${image} ${image}`],
    ['has three fields', image, `${image} ${image}@${good} ${image}@${good}`],
    ['has two blanks', image, `${image}  ${image}@${good}`],
    ['has a blank before it', image, ` ${image}@${good}`],
    ['is of another tag', image, `pin.test/team/web:v2@${good}`],
    ['is of another repository', image, `pin.test/team/api:latest@${good}`],
    ['lacks the tag', image, `pin.test/team/web@${good}`],
    ['has a tag that the image lacks', 'pin.test/team/web', `${image}@${good}`],
    ['is of an image that has a digest', `${image}@sha256:${'cd'.repeat(32)}`, `${image}@${good}`],
    ['has a short digest', image, `${image}@sha256:abab`],
    ['has a digest in capitals', image, `${image}@sha256:${'AB'.repeat(32)}`],
    ['has a digest of another algorithm', image, `${image}@sha512:${'ab'.repeat(32)}`],
    ['has no digest', image, image],
    ['has two digests', image, `${image}@${good}@${good}`],
    ['has something behind it', image, `${image}@${good} `],
    ['is empty', image, ''],
  ])('the pin policy changes no pod whose pin %s', async (_what, image, pin) => {
    expect(await imageOf(env, namespace, image, pin)).toBe(image);
  });

  it('the pin policy pins each container and init container by its name, and keeps their other fields', async () => {
    const variables = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const ports = [
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, protocol: 'TCP' },
    ];
    const pod = podWith(
      image,
      {
        'digest.keelson.sh/app': `${image}@${good}`,
        'digest.keelson.sh/migrate': `pin.test/team/migrate:1@${good}`,
        'digest.keelson.sh/nobody': `${image}@${good}`,
        'keelson.sh/app': 'anything',
      },
      {
        containers: [
          { name: 'side', image: image },
          { name: 'app', image: image, env: variables, ports },
        ],
        initContainers: [
          { name: 'first', image: 'pin.test/team/migrate:1' },
          { name: 'migrate', image: 'pin.test/team/migrate:1' },
        ],
      },
    );

    const { spec } = await admitted(env, namespace, pod);

    expect(spec.containers.map(({ image }) => image)).toEqual([image, `${image}@${good}`]);
    expect(spec.containers[1]).toMatchObject({ env: variables, ports });
    expect(spec.initContainers?.map(({ image }) => image)).toEqual([
      'pin.test/team/migrate:1',
      `pin.test/team/migrate:1@${good}`,
    ]);
  });

  const template = {
    metadata: { labels: { app: 'web' }, annotations: { 'digest.keelson.sh/app': `${image}@${good}` } },
    spec: { containers: [{ name: 'app', image: image }] },
  };
  const selector = { matchLabels: { app: 'web' } };
  const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };

  it.each([
    ['apps/v1', 'Deployment', 'deployments', { selector, template }],
    ['apps/v1', 'StatefulSet', 'statefulsets', { selector, template, serviceName: 'web' }],
    ['apps/v1', 'DaemonSet', 'daemonsets', { selector, template }],
    ['batch/v1', 'Job', 'jobs', job],
  ])('the pin policy pins the pods of a %s %s, and keeps the template', async (apiVersion, kind, plural, spec) => {
    const own = await env.namespace();
    const path = `/apis/${apiVersion}/namespaces/${own}/${plural}`;
    await env.api.do('POST', path, { apiVersion, kind, metadata: { name: 'web' }, spec });

    const pods = await anyPods(env, own);

    expect(pods.map(({ spec: { containers } }) => containers[0]?.image)).toEqual([`${image}@${good}`]);
    const live = await env.api.do('GET', `${path}/web`);
    expect(live['spec']).toMatchObject({ template: { spec: { containers: [{ image: image }] } } });
  });

  it('the pin policy pins the pods of a Job of a CronJob', async () => {
    const own = await env.namespace();
    const cronJobs = `/apis/batch/v1/namespaces/${own}/cronjobs`;
    const spec = { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } };
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec };
    const live = z
      .looseObject({ spec: z.looseObject({ jobTemplate: z.looseObject({ spec: z.unknown() }) }) })
      .parse(await env.api.do('POST', cronJobs, cronJob));

    await env.api.do('POST', `/apis/batch/v1/namespaces/${own}/jobs`, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'nightly-1' },
      spec: live.spec.jobTemplate.spec,
    });

    const pods = await anyPods(env, own);
    expect(pods[0]?.spec.containers[0]?.image).toBe(`${image}@${good}`);
  });

  describe('taken away', () => {
    it.each(['MutatingAdmissionPolicyBinding', 'MutatingAdmissionPolicy'])(
      'the pin policy without its %s pins no pod',
      async (kind) => {
        await install(env, namespace);
        const gone = (await policyDocuments()).find((each) => each.kind === kind);
        expect(gone).toBeDefined();
        if (gone === undefined) return;
        await env.api.do('DELETE', pathOf(gone));

        await vi.waitUntil(async () => (await imageOf(env, namespace, image, `${image}@${good}`)) === image, wait);

        expect((await env.api.request('GET', pathOf(gone))).status).toBe(404);
      },
    );
  });
});
