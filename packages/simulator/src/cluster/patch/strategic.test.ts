import { describe, expect, it } from 'vitest';
import { shapes } from '../kinds/shape.ts';
import { inOrder } from './element-order.ts';
import { strategicMerge } from './strategic.ts';

const app = {
  name: 'app',
  image: 'app:1',
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
  ports: [{ containerPort: 80 }],
  args: ['x'],
};
const side = { name: 'side', image: 'side:1' };
const pod = { metadata: { finalizers: ['f'] }, spec: { containers: [app, side], tolerations: [{ key: 'a' }] } };

function patched(spec: Record<string, unknown>): unknown {
  const result = strategicMerge(pod, { spec }, shapes.pod);
  return result;
}

describe('strategic merge', () => {
  it.each([
    [
      'changes one container by its name',
      { containers: [{ name: 'side', image: 'side:2' }] },
      [{ ...side, image: 'side:2' }, app].toReversed(),
    ],
    [
      'puts a new container first',
      { containers: [{ name: 'new', image: 'n' }] },
      [{ name: 'new', image: 'n' }, app, side],
    ],
    ['removes by $patch: delete', { containers: [{ name: 'app', $patch: 'delete' }] }, [side]],
    [
      'replaces by $patch: replace',
      { containers: [{ $patch: 'replace' }, { name: 'only', image: 'o' }] },
      [{ name: 'only', image: 'o' }],
    ],
    [
      'merges env by name',
      {
        containers: [
          {
            name: 'app',
            env: [
              { name: 'B', value: '3' },
              { name: 'A', $patch: 'delete' },
            ],
          },
        ],
      },
      [{ ...app, env: [{ name: 'B', value: '3' }] }, side],
    ],
    [
      'merges ports by containerPort',
      { containers: [{ name: 'app', ports: [{ containerPort: 80, name: 'http' }] }] },
      [{ ...app, ports: [{ containerPort: 80, name: 'http' }] }, side],
    ],
    ['replaces plain lists', { containers: [{ name: 'app', args: ['y'] }] }, [{ ...app, args: ['y'] }, side]],
    [
      'deletes by null',
      { containers: [{ name: 'app', args: null }] },
      [{ name: app.name, image: app.image, env: app.env, ports: app.ports }, side],
    ],
  ])('%s', (_what, spec, containers) => {
    expect(patched(spec)).toEqual({ ...pod, spec: { ...pod.spec, containers } });
  });

  it('replaces a list that has no merge key, and adds to a set', () => {
    const patch = { metadata: { finalizers: ['g', 'f'] }, spec: { tolerations: [{ key: 'b' }] } };

    expect(strategicMerge(pod, patch, shapes.pod)).toEqual({
      metadata: { finalizers: ['f', 'g'] },
      spec: { ...pod.spec, tolerations: [{ key: 'b' }] },
    });
  });

  it('refuses an item without its key, as the real server does', () => {
    expect(() => patched({ containers: [{ image: 'x' }] })).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    );
  });

  it.each([
    [['a', 'b', 'c'], ['c'], ['a', 'b', 'c'], ['a', 'b', 'c']],
    [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
    ],
    [['a', 'b', 'n'], ['n'], ['a', 'b'], ['n', 'a', 'b']],
  ])('orders %j, patched %j, before %j as %j', (all, patchedItems, before, expected) => {
    expect(inOrder(all, patchedItems, before)).toEqual(expected);
  });
});
