import { expect, it } from 'vitest';
import { until, useQueue } from '../../test/setup.ts';
import type { SingleFlightOptions } from '../index.ts';
import { createSingleFlight } from '../index.ts';

const redis = useQueue();
const open = () => redis.closing(createSingleFlight({ redis: redis.url }), (flight) => flight.close());
const asking = (more: Partial<SingleFlightOptions> = {}): SingleFlightOptions => ({
  notBefore: Date.now(),
  minGapMs: 0,
  lockMs: 10_000,
  keepMs: 60_000,
  signal: new AbortController().signal,
  ...more,
});

/** Produces `1`, `2`, … each after a while, or when it is let go. */
function producer(ms = 30) {
  let count = 0;
  return {
    get count() {
      return count;
    },
    produce: async (): Promise<string> => {
      count += 1;
      const value = `${count}`;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return value;
    },
  };
}

it('produces once for a hundred who ask at the same time in two processes (law 10)', async () => {
  const flights = [open(), open()];
  const counted = producer(100);
  const options = asking();

  const all = flights.flatMap((flight) =>
    Array.from({ length: 50 }, () => flight.run('image', options, counted.produce)),
  );
  const values = await Promise.all(all);

  expect(counted.count).toBe(1);
  expect(new Set(values.map(({ value }) => value))).toEqual(new Set(['1']));
  expect(values[0]?.at).toBeGreaterThanOrEqual(options.notBefore);
});

it('gives what is kept while it is new enough, and produces anew when it is not', async () => {
  const [a, b] = [open(), open()];
  const source = producer(0);
  const first = await a.run('image', asking(), source.produce);

  expect(await b.run('image', asking({ notBefore: first.at }), source.produce)).toEqual(first);
  expect(await b.run('image', asking({ notBefore: 0 }), source.produce)).toEqual(first);
  const second = await b.run('image', asking({ notBefore: first.at + 1 }), source.produce);
  expect(second.value).toBe('2');
  expect(await a.run('image', asking({ notBefore: second.at }), source.produce)).toEqual(second);
  expect(source.count).toBe(2);
});

it('keeps keys apart', async () => {
  const flight = open();
  const source = producer(0);
  await Promise.all(['a:latest', 'a:dev', 'b:latest'].map((key) => flight.run(key, asking(), source.produce)));
  expect(source.count).toBe(3);
});

it('does not take a production that was under way when the hint came, but starts one more for all who came after', async () => {
  const [a, b] = [open(), open()];
  const started: (() => void)[] = [];
  let count = 0;
  const produce = async (): Promise<string> => {
    count += 1;
    const value = `${count}`;
    await new Promise<void>((resolve) => {
      started.push(resolve);
    });
    return value;
  };
  const first = a.run('image', asking(), produce);
  await until(() => started.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const later = asking();
  const others = [a, b].flatMap((flight) => Array.from({ length: 10 }, () => flight.run('image', later, produce)));

  started[0]?.();
  await until(() => started.length === 2);
  started[1]?.();

  expect((await first).value).toBe('1');
  expect(new Set((await Promise.all(others)).map(({ value }) => value))).toEqual(new Set(['2']));
  expect(count).toBe(2);
});

it('waits out the gap, so that a storm of hints costs one production a gap (law 2)', async () => {
  const [a, b] = [open(), open()];
  const source = producer(0);
  const gapMs = 400;
  const start = Date.now();
  const storm = [a, b].map(async (flight) => {
    while (Date.now() < start + 1_000) {
      await Promise.all(
        Array.from({ length: 20 }, () => flight.run('image', asking({ minGapMs: gapMs }), source.produce)),
      );
    }
  });
  await Promise.all(storm);

  // A busy machine makes the storm longer and productions late, but lets no more of them fit into it.
  expect(source.count).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - start) / gapMs));
  expect(source.count).toBeGreaterThan(1);
});

it('shares a failure with those who wait here, and keeps it for nobody', async () => {
  const [a, b] = [open(), open()];
  const gone = new Error('gone');
  let count = 0;
  const produce = async (): Promise<string> => {
    count += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw gone;
  };
  const options = asking();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => a.run('image', options, produce)));

  expect(count).toBe(1);
  expect(results.every((result) => result.status === 'rejected' && result.reason === gone)).toBe(true);
  expect(await b.run('image', options, async () => 'fine')).toMatchObject({ value: 'fine' });
});

it('produces in the other process when the first one fails', async () => {
  const [a, b] = [open(), open()];
  const options = asking();
  let begun = false;
  const failing = a.run('image', options, async () => {
    begun = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
    throw new Error('no');
  });
  await until(() => begun);
  const other = b.run('image', options, async () => 'mine');

  await expect(failing).rejects.toThrow('no');
  expect(await other).toMatchObject({ value: 'mine' });
});

it('goes on for the others when the one who began is called off', async () => {
  const flight = open();
  const calledOff = new AbortController();
  const began = Promise.withResolvers<void>();
  const first = flight.run('image', asking({ signal: calledOff.signal }), () => {
    began.resolve();
    return new Promise((_, reject) =>
      calledOff.signal.addEventListener('abort', () => reject(new Error('aborted request'))),
    );
  });
  await began.promise;
  const other = flight.run('image', asking({ notBefore: 0 }), async () => 'mine');

  calledOff.abort(new Error('called off'));

  await expect(first).rejects.toThrow('called off');
  expect(await other).toMatchObject({ value: 'mine' });
});

it('lets one who waits go when its own signal aborts', async () => {
  const [a, b] = [open(), open()];
  const source = producer(1_500);
  const first = a.run('image', asking(), source.produce);
  await until(() => source.count === 1);

  await expect(b.run('image', asking({ signal: AbortSignal.timeout(100) }), source.produce)).rejects.toThrow(
    /timeout/i,
  );
  await expect(
    a.run('image', asking({ notBefore: 0, signal: AbortSignal.timeout(100) }), source.produce),
  ).rejects.toThrow(/timeout/i);
  expect((await first).value).toBe('1');
  expect(source.count).toBe(1);
});

it('goes on when a producer died with the lock', async () => {
  const flight = open();
  await redis.raw.set('{keelson}:flight:image:lock', 'a dead one', 'PX', 300);
  expect(await flight.run('image', asking(), async () => 'mine')).toMatchObject({ value: 'mine' });
});

it('does not let a producer that was given up put an old value over a newer one', async () => {
  const [slow, quick] = [open(), open()];
  const letGo = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const late = slow.run('image', asking({ lockMs: 100 }), async () => {
    began.resolve();
    await letGo.promise;
    return 'old';
  });
  await began.promise;
  const fresh = await quick.run('image', asking(), async () => 'new');
  letGo.resolve();

  expect((await late).value).toBe('old');
  expect(await quick.run('image', asking({ notBefore: 0 }), async () => 'never')).toEqual(fresh);
});

it('gives a value back as it was, whatever is in it', async () => {
  const [a, b] = [open(), open()];
  const value = ' {"a": "b\n c"} größer 1 2 3';
  const { at } = await a.run('image', asking(), async () => value);
  expect(await b.run('image', asking({ notBefore: at }), async () => 'never')).toEqual({ value, at });
});
