import { describe, expect, it } from 'vitest';
import type { Given } from '../../test/support/objects.ts';
import { cronJob, deployment, kinds, makers } from '../../test/support/objects.ts';
import { foreignHashOf, templateHashesOf } from './template-hash.ts';
import { readWorkload } from './workload.ts';

const templateHashOf = (...args: Parameters<typeof templateHashesOf>) => templateHashesOf(...args).templateHash;
const of = (given: Given) => templateHashOf('Deployment', deployment('web', given));

const image = 'apps.test/team/web:latest';
const digests = ['a', 'b'].map((character) => `sha256:${character.repeat(64)}`);
const pin = { 'digest.keelson.sh/app': `${image}@${digests[0]}` };
function foreign(given: Given): string {
  const object = deployment('web', given);
  const read = readWorkload('Deployment', { ...object, metadata: { ...object.metadata, uid: 'uid-web' } });
  if (!read) throw new Error('not readable');
  return foreignHashOf(read, ['app']);
}

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

describe('the hash of what others wrote', () => {
  it.each<[string, Given]>([
    ['a digest in the image', { image: `${image}@${digests[0]}` }],
    ['a pin annotation', { templateAnnotations: pin }],
    ['both', { image: `${image}@${digests[1]}`, templateAnnotations: pin }],
    ['the commit in a variable', { env: [{ name: 'GIT_SHA', value: '1' }] }],
    ['a restart', { templateAnnotations: { ...pin, 'kubectl.kubernetes.io/restartedAt': 'now' } }],
  ])('stays the same with %s of a pinned container', (_what, given) => {
    expect(foreign(given)).toBe(foreign({ image }));
  });

  it('stays the same where the tag latest is written out', () => {
    expect(foreign({ image: `nginx:latest@${digests[0]}` })).toBe(foreign({ image: 'nginx' }));
  });

  it.each<[string, Given]>([
    ['another tag', { image: 'apps.test/team/web:v2' }],
    ['another repository', { image: 'apps.test/team/api:latest' }],
    ['the digest of a container that is not pinned', { sidecar: `apps.test/proxy:1@${digests[0]}` }],
    ['another annotation', { templateAnnotations: { ...pin, 'checksum/config': 'abc' } }],
    ['another pull policy', { pullPolicy: 'Never' }],
    ['another variable', { env: [{ name: 'GREETING', value: 'hello' }] }],
    [
      'a version from elsewhere',
      { env: [{ name: 'VERSION', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] },
    ],
    ['another image name that is not valid', { image: 'NOT/valid' }],
  ])('changes with %s', (_what, given) => {
    expect(foreign(given)).not.toBe(foreign({ image, ...(given.sidecar && { sidecar: 'apps.test/proxy:1' }) }));
  });
});
