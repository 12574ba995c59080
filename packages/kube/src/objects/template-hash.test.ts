import { describe, expect, it } from 'vitest';
import type { Given } from '../../test/support/objects.ts';
import { cronJob, deployment, kinds, makers } from '../../test/support/objects.ts';
import { templateHashOf } from './template-hash.ts';
import { readWorkload } from './workload.ts';

const of = (given: Given) => templateHashOf('Deployment', deployment('web', given));

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]));
}

describe('the hash of a template', () => {
  it.each(kinds)('hashes the template of a %s in 16 digits, the same as on the workload', (kind) => {
    const object = makers[kind]('web');
    const read = readWorkload(kind, { ...object, metadata: { ...object.metadata, uid: 'uid-web' } });

    expect(templateHashOf(kind, object)).toMatch(/^[0-9a-f]{16}$/);
    expect(read?.templateHash).toBe(templateHashOf(kind, object));
  });

  it('hashes a template the same however its keys are ordered', () => {
    const object = deployment('web', { templateAnnotations: { one: '1', two: '2' } });

    expect(templateHashOf('Deployment', reversed(object))).toBe(templateHashOf('Deployment', object));
  });

  it('hashes a null like an absent field', () => {
    const object = deployment('web');
    const metadata = { ...object.spec.template.metadata, creationTimestamp: null };
    const template = { ...object.spec.template, metadata };

    expect(templateHashOf('Deployment', { ...object, spec: { ...object.spec, template } })).toBe(of({}));
  });

  it.each<[string, Given]>([
    ['replicas', { replicas: 9 }],
    ['annotations of the workload', { annotations: { 'keel.sh/policy': 'force' } }],
    ['labels of the workload', { labels: { tier: 'web' } }],
    ['a field beside the template', { spec: { paused: true } }],
  ])('hashes a template the same with %s', (_what, given) => {
    expect(of(given)).toBe(of({}));
  });

  it.each<[string, Given]>([
    ['another image', { image: 'apps.test/team/web:v2' }],
    ['another annotation of the template', { templateAnnotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }],
    ['another container', { sidecar: 'apps.test/proxy:1' }],
    ['another init container', { init: 'setup:1' }],
    ['another pull policy', { pullPolicy: 'Never' }],
  ])('hashes a template differently with %s', (_what, given) => {
    expect(of(given)).not.toBe(of({}));
  });

  it('hashes a template differently with another order of containers', () => {
    const { spec } = deployment('web', { sidecar: 'apps.test/proxy:1' }).spec.template;
    const ofContainers = (containers: readonly unknown[]) =>
      templateHashOf('Deployment', { spec: { template: { spec: { containers } } } });

    expect(ofContainers(spec.containers)).not.toBe(ofContainers(spec.containers.toReversed()));
  });

  it('hashes the pod template of a CronJob', () => {
    const object = cronJob('web');

    expect(templateHashOf('CronJob', { ...object, spec: { ...object.spec, schedule: '1 0 1 1 *' } })).toBe(
      templateHashOf('CronJob', object),
    );
    expect(templateHashOf('CronJob', cronJob('web', { image: 'apps.test/team/web:v2' }))).not.toBe(
      templateHashOf('CronJob', object),
    );
  });
});
