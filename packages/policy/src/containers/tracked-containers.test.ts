import { bounds } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { readIntent } from '../intent/read-intent.ts';
import { trackedContainers } from './tracked-containers.ts';

const containers = [
  { name: 'app', image: 'nginx', init: false, index: 0 },
  { name: 'sidecar', image: 'ghcr.io/x/y:1', init: false, index: 1 },
  { name: 'migrate', image: 'nginx:2', init: true, index: 0 },
];
const intentOf = (annotations: Record<string, string>) => readIntent({ annotations, labels: {} });

describe('trackedContainers', () => {
  it.each([
    [{ 'keel.sh/policy': 'force' }, ['app', 'sidecar']],
    [{ 'keel.sh/policy': 'force', 'keel.sh/initContainers': 'true' }, ['app', 'sidecar', 'migrate']],
    [{ 'keelson.sh/policy': 'force', 'keelson.sh/containers': '^side' }, ['sidecar']],
    [{ 'keel.sh/policy': 'all' }, ['app', 'sidecar']],
    [{}, []],
  ])('trackedContainers follows the containers named by %o', (annotations, expected) => {
    const { tracked, warnings } = trackedContainers(intentOf({ ...annotations }), containers);
    expect(tracked.map(({ name }) => name)).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('trackedContainers keeps the fields of a container, and adds its reference', () => {
    const { tracked } = trackedContainers(intentOf({ 'keel.sh/policy': 'force' }), containers.slice(0, 1));
    expect(tracked).toEqual([
      {
        name: 'app',
        image: 'nginx',
        init: false,
        index: 0,
        reference: { host: 'docker.io', repository: 'library/nginx', tag: 'latest' },
      },
    ]);
  });

  it('an unreadable image leaves out its own container only', () => {
    const broken = [{ name: 'odd', image: 'Not An Image', init: false, index: 2 }, ...containers];
    const { tracked, warnings } = trackedContainers(intentOf({ 'keel.sh/policy': 'force' }), broken);
    expect(tracked.map(({ name }) => name)).toEqual(['app', 'sidecar']);
    expect(warnings).toEqual([
      {
        code: 'unreadable-image',
        message: expect.stringContaining('Container odd is not followed: "Not An Image" is not an image reference'),
      },
    ]);
  });

  it('trackedContainers follows no more containers than the bound, and says how many there are (law 17)', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      name: `c${index}`,
      image: 'nginx',
      init: false,
      index,
    }));

    const { tracked, warnings } = trackedContainers(intentOf({ 'keel.sh/policy': 'force' }), many);

    expect(tracked.map(({ index }) => index)).toEqual(Array.from({ length: bounds.containers }, (_, index) => index));
    expect(warnings).toEqual([
      { code: 'too-many-containers', message: expect.stringContaining('1000 containers are to be followed') },
    ]);
  });

  it('the warning that no container is followed names no more than the bound (law 17)', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      name: `c${index}`,
      image: 'nginx',
      init: false,
      index,
    }));

    const { warnings } = trackedContainers(
      intentOf({ 'keel.sh/policy': 'force', 'keelson.sh/containers': '^x$' }),
      many,
    );

    expect(warnings[0]?.message).toMatch(/c31, 968 more\.$/);
  });

  it.each(['^web$', '^migrate$', '('])(
    'trackedContainers warns when the pattern %s matches no container',
    (pattern) => {
      const intent = intentOf({ 'keelson.sh/policy': 'force', 'keelson.sh/containers': pattern });
      expect(trackedContainers(intent, containers)).toEqual({
        tracked: [],
        warnings: [
          {
            code: 'no-container',
            message: 'No container is followed: the pattern matches none of app, sidecar, migrate (init).',
          },
        ],
      });
    },
  );
});
