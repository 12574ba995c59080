import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { keptKeys } from './kept-keys.ts';
import { readPod } from './pod.ts';
import { readWorkload } from './workload.ts';

const numbered = (count: number, prefix: string, value = '') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, value]));
const identity = { namespace: 'ns', name: 'web', uid: 'u', resourceVersion: '1' };

it('keptKeys keeps what is read, whatever is beside it, and counts what looks like it (law 17)', () => {
  const read = {
    'keelson.sh/policy': 'force',
    'keelson.sh/state': '{}',
    'kustomize.toolkit.fluxcd.io/name': 'shop',
    'keel.sh/approvals': '1',
  };
  const { kept, more } = keptKeys({
    ...numbered(9_000, 'keelson.sh/a', 'x'),
    ...numbered(9_000, 'example.com/a', 'x'),
    ...read,
  });

  expect(kept).toMatchObject(read);
  expect(kept['keelson.sh/a0']).toBe('x');
  expect(Object.keys(kept)).toHaveLength(Object.keys(read).length + bounds.otherKeys + bounds.foreignKeys);
  expect(more).toBe(9_000 - bounds.otherKeys);
});

it('keptKeys keeps a key of Keel in another case, which is read too', () => {
  expect(keptKeys({ 'keel.sh/imagepullsecret': 'mine' }).kept).toEqual({ 'keel.sh/imagepullsecret': 'mine' });
});

it('keptKeys keeps a few short keys of others, so that the map is known to be there', () => {
  expect(keptKeys({ note: 'a', long: 'x'.repeat(300) })).toEqual({ kept: { note: 'a' }, more: 0 });
  expect(Object.keys(keptKeys(numbered(9_000, 'a')).kept)).toHaveLength(bounds.foreignKeys);
  expect(keptKeys({})).toEqual({ kept: {}, more: 0 });
});

it('a workload of a megabyte is kept in some kilobytes (law 17)', () => {
  const containers = Array.from({ length: 3_000 }, (_, index) => ({ name: `c${index}`, image: 'i'.repeat(300) }));
  const managedFields = Array.from({ length: 500 }, (_, index) => ({
    manager: index === 499 ? 'keelson' : `m${index}`,
    operation: 'Apply',
    fieldsV1: {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c0"}': { 'f:image': {} } } } } },
    },
  }));
  const conditions = Array.from({ length: 500 }, () => ({ type: 'T', status: 'True', message: 'x'.repeat(10_000) }));
  const read = readWorkload('Deployment', {
    metadata: { ...identity, annotations: numbered(9_000, 'keel.sh/a'), labels: numbered(5_000, 'l'), managedFields },
    spec: { template: { spec: { containers } } },
    status: { conditions },
  });

  expect(read?.containers).toHaveLength(bounds.containersKept);
  expect(read?.writers['image:c0']).toHaveLength(bounds.writersKept + 1);
  expect(read?.writers['image:c0']?.at(-1)?.manager).toBe('keelson');
  expect(read?.moreKeys).toBe(8_900);
  expect(JSON.stringify(read).length).toBeLessThan(180_000);
});

it('a pod of a megabyte is kept in some kilobytes, with the labels that are read (law 17)', () => {
  const statuses = Array.from({ length: 3_000 }, (_, index) => ({
    name: `c${index}`,
    state: { waiting: { reason: 'ErrImagePull', message: 'x'.repeat(300) } },
  }));
  const read = readPod({
    metadata: { ...identity, labels: { ...numbered(5_000, 'l'), 'pod-template-generation': '7' } },
    spec: {},
    status: { containerStatuses: statuses, reason: 'Evicted', message: 'x'.repeat(1_000_000) },
  });

  expect(read?.labels['pod-template-generation']).toBe('7');
  expect(read?.containers).toHaveLength(bounds.containersKept);
  expect(JSON.stringify(read).length).toBeLessThan(60_000);
});

it('no text of an object is kept past its bound (law 17)', () => {
  const long = 'x'.repeat(5_000);
  const pod = readPod({ metadata: identity, spec: {}, status: { containerStatuses: [{ name: 'c', imageID: long }] } });
  const web = readWorkload('Deployment', {
    metadata: identity,
    spec: { template: { spec: { containers: [{ name: 'c', image: long }] } } },
  });

  expect(web?.containers[0]?.image).toHaveLength(bounds.imageChars);
  expect(pod?.containers[0]?.imageID).toHaveLength(bounds.imageChars);
  expect(keptKeys({ 'keelson.sh/policy': 'x'.repeat(bounds.annotationChars + 1) }).kept).toEqual({});
  expect(keptKeys({ 'keelson.sh/a': 'x'.repeat(bounds.annotationChars) }).kept['keelson.sh/a']).toHaveLength(
    bounds.foreignChars,
  );
});
