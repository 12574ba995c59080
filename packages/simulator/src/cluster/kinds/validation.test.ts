import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, deployment, podTemplate } from '../test-client.ts';

const path = '/apis/apps/v1/namespaces/default/deployments';
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0 });
});
afterAll(() => cluster.stop());

function withContainers(containers: unknown[], labels: Record<string, string> = { app: 'bad' }) {
  return deployment('bad', '', { template: { metadata: { labels }, spec: { containers } } });
}

describe('validation', () => {
  it.each([
    ['no image', withContainers([{ name: 'app' }]), 'spec.template.spec.containers[0].image: Required value'],
    ['no name', withContainers([{ image: 'a' }]), 'spec.template.spec.containers[0].name: Required value'],
    ['no containers', withContainers([]), 'spec.template.spec.containers: Required value'],
    [
      'two of a name',
      withContainers([
        { name: 'a', image: 'b' },
        { name: 'a', image: 'b' },
      ]),
      'spec.template.spec.containers[1].name: Duplicate value: "a"',
    ],
    [
      'labels that the selector does not match',
      withContainers([{ name: 'a', image: 'b' }], { app: 'other' }),
      'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
    ],
    [
      'bounds of a rolling update with Recreate',
      deployment('bad', 'a', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'a negative size',
      deployment('bad', 'a', { replicas: -1 }),
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
  ])('the API server refuses %s', async (_what, body, why) => {
    const refused = await call(cluster, 'POST', path, body);

    expect(refused).toMatchObject({
      status: 422,
      body: { reason: 'Invalid', message: `Deployment.apps "bad" is invalid: ${why}` },
    });
  });

  it('the API server reports every invalid field', async () => {
    const refused = await call(cluster, 'POST', path, withContainers([{ name: 'app' }], { app: 'other' }));

    expect(refused.body).toMatchObject({
      message: expect.stringMatching(
        /is invalid: \[spec\.template\.metadata\.labels: .*, spec\.template\.spec\.containers\[0\]\.image: Required value\]$/,
      ),
      details: {
        name: 'bad',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          { field: 'spec.template.metadata.labels' },
          { reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].image' },
        ],
      },
    });
  });

  it('the API server refuses an invalid name, a changed selector and a field of the wrong type', async () => {
    await call(cluster, 'POST', path, deployment('good', 'a'));
    const merge = (body: unknown) => call(cluster, 'PATCH', `${path}/good`, body, 'application/merge-patch+json');

    const name = await call(cluster, 'POST', path, deployment('Bad_Name', 'a'));
    const selector = await merge({
      spec: { selector: { matchLabels: { more: 'x' } }, template: { metadata: { labels: { more: 'x' } } } },
    });
    const type = await merge({ spec: { replicas: 'x' } });
    const made = await call(cluster, 'POST', path, deployment('typed', 'a', { replicas: 'x' }));

    expect([name.status, selector.status, type.status, made.status]).toEqual([422, 422, 422, 400]);
    expect(selector.body['message']).toContain('field is immutable');
  });

  it('the API server allows no change of a pod but its images', async () => {
    const path = '/api/v1/namespaces/default/pods';
    await call(cluster, 'POST', path, { ...podTemplate({}, 'a:1'), metadata: { name: 'fixed' } });
    const patch = (container: unknown) =>
      call(
        cluster,
        'PATCH',
        `${path}/fixed`,
        { spec: { containers: [container] } },
        'application/strategic-merge-patch+json',
      );

    expect((await patch({ name: 'app', image: 'a:2' })).status).toBe(200);
    expect((await patch({ name: 'app', command: ['x'] })).body['message']).toContain(
      'pod updates may not change fields other than',
    );
  });

  it('the API server requires a restart policy for jobs, a schedule for cron jobs, and six digits in times of leases', async () => {
    const template = podTemplate({}, 'a:1');
    const batch = '/apis/batch/v1/namespaces/default';
    const lease = (renewTime: string) =>
      call(cluster, 'POST', '/apis/coordination.k8s.io/v1/namespaces/default/leases', {
        metadata: { name: 'l' },
        spec: { renewTime },
      });

    const job = await call(cluster, 'POST', `${batch}/jobs`, { metadata: { name: 'j' }, spec: { template } });
    const cronJob = await call(cluster, 'POST', `${batch}/cronjobs`, {
      metadata: { name: 'c' },
      spec: { jobTemplate: { spec: { template: podTemplate({}, 'a:1', { restartPolicy: 'Never' }) } } },
    });

    expect(job.body['message']).toContain('spec.template.spec.restartPolicy: Required value');
    expect(cronJob.body['message']).toContain('spec.schedule: Required value');
    expect([(await lease('2026-01-01T00:00:00Z')).status, (await lease('2026-01-01T00:00:00.000000Z')).status]).toEqual(
      [400, 201],
    );
  });
});
