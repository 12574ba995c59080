import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { files, textOf } from '../src/manifests/files.ts';
import { asFluxBuilds, kustomizationsOf } from '../src/manifests/flux.ts';
import { kubectlMissing } from '../src/manifests/kubectl.ts';
import type { KubeObject } from '../src/manifests/object.ts';
import { subjectOf } from '../src/manifests/object.ts';
import { secretKeysOf, templateOf } from '../src/manifests/workloads.ts';

const noKubectl = await kubectlMissing();
const objects =
  noKubectl === undefined ? (await Promise.all((await kustomizationsOf('homelab')).map(asFluxBuilds))).flat() : [];
const workloads = objects.flatMap((each) => {
  const template = templateOf(each);
  return template ? [{ subject: subjectOf(each), each, template }] : [];
});
const lasting = workloads.filter(({ each }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(each.kind));

const { version } = z.looseObject({ version: z.string() }).parse(JSON.parse(await textOf('package.json')));

const deployment = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().default(1),
    strategy: z.looseObject({}).optional(),
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
  }),
});
const budget = z.looseObject({
  spec: z.strictObject({
    maxUnavailable: z.number().min(1),
    unhealthyPodEvictionPolicy: z.literal('AlwaysAllow'),
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
  }),
});

function budgetsOf(each: KubeObject) {
  const { matchLabels } = deployment.parse(each).spec.selector;
  return objects
    .filter(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.namespace === each.metadata.namespace)
    .map((found) => budget.parse(found).spec)
    .filter(({ selector }) => Object.entries(selector.matchLabels).every(([key, value]) => matchLabels[key] === value));
}

describe.skipIf(noKubectl !== undefined)(`every workload${noKubectl ? ` (${noKubectl})` : ''}`, () => {
  it('the workloads are found', () => {
    expect(workloads.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([
        'Deployment/keelson/keelson-api',
        'Deployment/keelson/keelson-worker',
        'StatefulSet/keelson/redis',
        'Deployment/myapp/myapp',
        'Deployment/myapp/myapp-staging',
      ]),
    );
  });

  it.each(lasting)('$subject has startup, readiness and liveness probes', ({ template }) => {
    for (const { startupProbe, readinessProbe, livenessProbe } of template.spec.containers) {
      expect([startupProbe, readinessProbe, livenessProbe]).not.toContain(undefined);
    }
  });

  it.each(workloads)(
    '$subject has a token of the API server only where it sends requests to it',
    ({ subject, template }) => {
      const has = template.spec.automountServiceAccountToken !== false;

      expect(has).toBe(subject === 'Deployment/keelson/keelson-worker');
    },
  );

  it.each(lasting.filter(({ each }) => each.kind === 'Deployment' && deployment.parse(each).spec.replicas > 1))(
    '$subject loses one pod at a time when nodes are drained, and is spread over them',
    ({ each, template }) => {
      expect(budgetsOf(each)).toHaveLength(1);
      expect(template.spec['topologySpreadConstraints']).toMatchObject([
        { topologyKey: 'kubernetes.io/hostname', labelSelector: deployment.parse(each).spec.selector },
      ]);
    },
  );

  it('no disruption budget blocks a drain', () => {
    const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');

    expect(budgets.length).toBeGreaterThan(0);
    expect(budgets.filter((each) => !budget.safeParse(each).success).map(subjectOf)).toEqual([]);
  });
});

describe.skipIf(noKubectl !== undefined)('Keelson itself', () => {
  it.each(['api', 'worker'])(
    'the %s runs a version that git names, and its old pods stay until the new ones are ready (law 17)',
    (name) => {
      const found = workloads.find(({ subject }) => subject === `Deployment/keelson/keelson-${name}`);

      // Whoever may push what Keelson rolls out to itself may do all that it may.
      expect(found?.each.metadata.annotations).toEqual({});
      expect(found && deployment.parse(found.each).spec.strategy).toEqual({
        rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
      });
      expect(found?.template.spec.containers).toMatchObject([
        { image: `registry.gitlab.com/cmunroe/ops/keelson-${name}:v${version}` },
      ]);
    },
  );
});

describe.skipIf(noKubectl !== undefined)('every Secret that a pod needs', async () => {
  const keys = workloads.flatMap(({ each, template }) =>
    secretKeysOf(template).map((key) => `${each.metadata.namespace} ${key}`),
  );
  const doc = linesOf(await textOf('docs/clusters.md'));
  const manifests = (await Promise.all(files.map(textOf))).flatMap(linesOf);

  it.each([...new Set(keys)])(
    'Secret %s has a command in docs/clusters.md, and one in the manifest that needs it',
    (each) => {
      const [namespace, secret, key] = each.split(' ');
      const makes = (line: string) =>
        line.includes(`kubectl -n ${namespace} create secret generic ${secret} `) &&
        [`--from-literal=${key}=`, `--from-file=${key}=`, `/${key}"`].some((given) => line.includes(given));

      expect(doc.filter(makes)).toHaveLength(1);
      expect(manifests.filter(makes)).not.toEqual([]);
    },
  );
});

/** Lines of a shell or of comments, those that go on after a backslash as one. */
function linesOf(text: string): string[] {
  return text
    .replaceAll(/^# ?/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
}
