import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDockerBench } from '../testing/docker-bench.ts';

const dockerfile = [
  'FROM node:24',
  'WORKDIR /app',
  'COPY . .',
  'LABEL b=2 a=1',
  'RUN mkdir made && touch made/b made/a',
  'CMD ["node"]',
];

describe('the digest', () => {
  it('a build of the same content has the same digest, whenever and wherever it runs', async () => {
    await using one = await createDockerBench();
    await using other = await createDockerBench();
    await one.write({ 'z.js': 'z', 'a/b.js': 'b', '@x': 'at' });
    await other.write({ '@x': 'at', 'a/b.js': 'b', 'z.js': 'z' });
    await utimes(join(other.folder, 'z.js'), 1, 1);

    const first = await one.build(dockerfile);
    const second = await other.build(dockerfile);

    expect(second.digest).toBe(first.digest);
    const marks = [...first.files.values()].map(({ mtime, uid }) => ({ mtime: mtime ?? 0, uid: uid ?? 0 }));
    expect(new Set(marks.map((mark) => JSON.stringify(mark)))).toEqual(new Set(['{"mtime":0,"uid":0}']));
    const names = [...first.files.keys()];
    expect(names).toContain('app/@x');
    expect(names).toEqual(names.toSorted());
  });

  it.each([
    ['a file', { 'z.js': 'other' }, []],
    ['a label', {}, ['--label', 'x=1']],
  ])('a build of another %s has another digest', async (_, files, args) => {
    await using bench = await createDockerBench();
    await bench.write({ 'z.js': 'z' });
    const before = await bench.build(dockerfile);
    await bench.write(files);

    const after = await bench.build(dockerfile, ...args);

    expect(after.digest).not.toBe(before.digest);
  });
});
