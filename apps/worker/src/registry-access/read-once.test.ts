import { bounds } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { createReadOnce } from './read-once.ts';

function counted() {
  const clock = { now: 0 };
  const reads = { made: 0 };
  const once = createReadOnce<number | undefined>(
    () => clock.now,
    (value) => (value === undefined ? 100 : undefined),
  );
  const read = (value?: number) =>
    once.get('ns', 'a', async () => {
      reads.made += 1;
      return value;
    });
  return { clock, reads, once, read };
}

describe('createReadOnce', () => {
  it('createReadOnce reads once for all callers, at the same time or later', async () => {
    const { reads, clock, read } = counted();

    expect(await Promise.all([read(1), read(2)])).toEqual([1, 1]);
    clock.now = 1e9;
    expect(await read(3)).toBe(1);
    expect(reads.made).toBe(1);
  });

  it('createReadOnce reads again when a value has expired', async () => {
    const { reads, clock, read } = counted();

    await read();
    clock.now = 99;
    await read(2);
    expect(reads.made).toBe(1);
    clock.now = 100;
    expect(await Promise.all([read(2), read(2)])).toEqual([2, 2]);
    expect(reads.made).toBe(2);
  });

  it('createReadOnce does not keep a failed read', async () => {
    const { once, read } = counted();

    await expect(once.get('ns', 'a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await read(7)).toBe(7);
  });

  it.each([
    ['of the namespace, and old enough', 'ns', 10, 2],
    ['too young', 'ns', 9, 1],
    ['of another namespace', 'n', 10, 1],
  ])('createReadOnce forgets a value only when namespace and age fit: %s', async (_, namespace, before, expected) => {
    const { clock, once, read } = counted();
    clock.now = 10;
    await read(1);

    once.forget(namespace, before);

    expect(await read(2)).toBe(expected);
  });

  it('createReadOnce keeps no more values than its bound, and what a namespace keeps no other one displaces (law 17)', async () => {
    const { once, reads, read } = counted();
    const first = { reads: 0 };
    const readFirst = () => once.get('other', '0', async () => ++first.reads);
    await readFirst();
    await read(1);

    for (let name = 1; name < 10 * bounds.secretsKept; name += 1) await once.get('other', `${name}`, async () => 1);
    await read(1);
    await readFirst();

    expect(reads.made).toBe(1);
    expect(first.reads).toBe(2);
  });
});
