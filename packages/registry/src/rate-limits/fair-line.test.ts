import { expect, it } from 'vitest';
import { FairLine } from './fair-line.ts';

/** Work that runs until it is ended; `started` names what began, in order. */
function works() {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => async (): Promise<void> => {
    started.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  const endNext = async (): Promise<void> => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { started, work, endNext };
}

it('a namespace with one request is next but one, however many another one has waiting (law 17)', async () => {
  const line = new FairLine({ atOnce: 1 });
  const { started, work, endNext } = works();
  for (let n = 0; n < 1_000; n++) void line.run('many', work(`many ${n}`));
  void line.run('one', work('one'));

  for (let n = 0; n < 3; n++) await endNext();

  expect(started.slice(0, 3)).toEqual(['many 0', 'many 1', 'one']);
});

it('namespaces take turns, and each keeps its order', async () => {
  const line = new FairLine({ atOnce: 2 });
  const { started, work, endNext } = works();
  for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void line.run(name.slice(0, 1), work(name));
  for (let n = 0; n < 6; n++) await endNext();

  expect(started).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'b2']);
});

it('what one namespace has running leaves room for another one (law 17)', async () => {
  const line = new FairLine({ atOnce: 3, perShare: 2 });
  const { started, work } = works();
  for (const name of ['a1', 'a2', 'a3']) void line.run('a', work(name));
  void line.run('b', work('b1'));
  await new Promise(setImmediate);

  expect(started).toEqual(['a1', 'a2', 'b1']);
});

it('work that fails gives up its place', async () => {
  const line = new FairLine({ atOnce: 1 });

  await expect(line.run('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  expect(await line.run('b', async () => 'well')).toBe('well');
});
