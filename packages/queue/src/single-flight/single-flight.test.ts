import { expect, it } from 'vitest';
import { until, useQueue } from '../../test/setup.ts';
import type { SingleFlightOptions } from '../index.ts';
import { createSingleFlight } from '../index.ts';

const redis = useQueue();
const open = () => redis.closing(createSingleFlight({ redis: redis.url }), (flight) => flight.close());
const optionsOf = (more: Partial<SingleFlightOptions> = {}): SingleFlightOptions => ({
  notBefore: Date.now(),
  minGapMs: 0,
  lockMs: 10_000,
  keepMs: 60_000,
  share: 'ns',
  signal: new AbortController().signal,
  ...more,
});

/** Produces `1`, `2`, …, each after `ms` milliseconds. */
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

it('a hundred callers in two processes share one production (law 10)', async () => {
  const flights = [open(), open()];
  const counted = producer(100);
  const options = optionsOf();

  const all = flights.flatMap((flight) =>
    Array.from({ length: 50 }, () => flight.run('image', options, counted.produce)),
  );
  const values = await Promise.all(all);

  expect(counted.count).toBe(1);
  expect(new Set(values.map(({ value }) => value))).toEqual(new Set(['1']));
  expect(values[0]?.at).toBeGreaterThanOrEqual(options.notBefore);
});

it('run returns the kept value while it is new enough, and produces a new one otherwise', async () => {
  const [a, b] = [open(), open()];
  const source = producer(0);
  const first = await a.run('image', optionsOf(), source.produce);

  expect(await b.run('image', optionsOf({ notBefore: first.at }), source.produce)).toEqual(first);
  expect(await b.run('image', optionsOf({ notBefore: 0 }), source.produce)).toEqual(first);
  const second = await b.run('image', optionsOf({ notBefore: first.at + 1 }), source.produce);
  expect(second.value).toBe('2');
  expect(await a.run('image', optionsOf({ notBefore: second.at }), source.produce)).toEqual(second);
  expect(source.count).toBe(2);
});

it('each key has a production of its own', async () => {
  const flight = open();
  const source = producer(0);
  await Promise.all(['a:latest', 'a:dev', 'b:latest'].map((key) => flight.run(key, optionsOf(), source.produce)));
  expect(source.count).toBe(3);
});

it('callers after a webhook share one new production instead of the one that was running', async () => {
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
  const first = a.run('image', optionsOf(), produce);
  await until(() => started.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const later = optionsOf();
  const others = [a, b].flatMap((flight) => Array.from({ length: 10 }, () => flight.run('image', later, produce)));

  started[0]?.();
  await until(() => started.length === 2);
  started[1]?.();

  expect((await first).value).toBe('1');
  expect(new Set((await Promise.all(others)).map(({ value }) => value))).toEqual(new Set(['2']));
  expect(count).toBe(2);
});

it('a storm of webhooks costs one production in each gap (law 2)', async () => {
  const [a, b] = [open(), open()];
  const source = producer(0);
  const gapMs = 400;
  const start = Date.now();
  const storm = [a, b].map(async (flight) => {
    while (Date.now() < start + 1_000) {
      await Promise.all(
        Array.from({ length: 20 }, () => flight.run('image', optionsOf({ minGapMs: gapMs }), source.produce)),
      );
    }
  });
  await Promise.all(storm);

  // A busy machine makes the storm longer and productions late, but lets no more of them fit into it.
  expect(source.count).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - start) / gapMs));
  expect(source.count).toBeGreaterThan(1);
});

it('the callers that wait in one process share a failure, and nobody gets it later', async () => {
  const [a, b] = [open(), open()];
  const gone = new Error('gone');
  let count = 0;
  const produce = async (): Promise<string> => {
    count += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw gone;
  };
  const options = optionsOf();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => a.run('image', options, produce)));

  expect(count).toBe(1);
  expect(results.every((result) => result.status === 'rejected' && result.reason === gone)).toBe(true);
  expect(await b.run('image', options, async () => 'ok')).toMatchObject({ value: 'ok' });
});

it('another process produces after the first one fails', async () => {
  const [a, b] = [open(), open()];
  const options = optionsOf();
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

it('other callers get a value when the caller that started the production aborts', async () => {
  const flight = open();
  const aborting = new AbortController();
  const began = Promise.withResolvers<void>();
  const first = flight.run('image', optionsOf({ signal: aborting.signal }), () => {
    began.resolve();
    return new Promise((_, reject) =>
      aborting.signal.addEventListener('abort', () => reject(new Error('aborted request'))),
    );
  });
  await began.promise;
  const other = flight.run('image', optionsOf({ notBefore: 0 }), async () => 'mine');

  aborting.abort(new Error('aborted'));

  await expect(first).rejects.toThrow('aborted');
  expect(await other).toMatchObject({ value: 'mine' });
});

it('a waiting caller stops waiting when its own signal aborts', async () => {
  const [a, b] = [open(), open()];
  const source = producer(1_500);
  const first = a.run('image', optionsOf(), source.produce);
  await until(() => source.count === 1);

  await expect(b.run('image', optionsOf({ signal: AbortSignal.timeout(100) }), source.produce)).rejects.toThrow(
    /timeout/i,
  );
  await expect(
    a.run('image', optionsOf({ notBefore: 0, signal: AbortSignal.timeout(100) }), source.produce),
  ).rejects.toThrow(/timeout/i);
  expect((await first).value).toBe('1');
  expect(source.count).toBe(1);
});

it('run produces after a producer died with the lock', async () => {
  const flight = open();
  await redis.raw.set('{keelson}:flight:image:lock', 'dead', 'PX', 300);
  expect(await flight.run('image', optionsOf(), async () => 'mine')).toMatchObject({ value: 'mine' });
});

it('a producer that was given up does not replace a newer value', async () => {
  const [slow, quick] = [open(), open()];
  const letGo = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const late = slow.run('image', optionsOf({ lockMs: 100 }), async () => {
    began.resolve();
    await letGo.promise;
    return 'old';
  });
  await began.promise;
  const fresh = await quick.run('image', optionsOf(), async () => 'new');
  letGo.resolve();

  expect((await late).value).toBe('old');
  expect(await quick.run('image', optionsOf({ notBefore: 0 }), async () => 'never')).toEqual(fresh);
});

it('a value comes back unchanged, whatever it contains', async () => {
  const [a, b] = [open(), open()];
  const value = ' {"a": "b\n c"} größer 1 2 3';
  const { at } = await a.run('image', optionsOf(), async () => value);
  expect(await b.run('image', optionsOf({ notBefore: at }), async () => 'never')).toEqual({ value, at });
});

it('the shares of several processes have one production (law 10)', async () => {
  const [a, b] = [open(), open()];
  const counted = producer(100);
  const options = optionsOf();

  const values = await Promise.all(
    [a, b].flatMap((flight) =>
      Array.from({ length: 25 }, (_, n) => flight.run('image', { ...options, share: `ns-${n}` }, counted.produce)),
    ),
  );

  expect(new Set(values.map(({ value }) => value))).toEqual(new Set(['1']));
});

it.each(['the same process', 'another process'])(
  'what fails for one share fails no other one in %s (law 17)',
  async (where) => {
    const tenant = open();
    const victim = where === 'the same process' ? tenant : open();
    const began = Promise.withResolvers<void>();
    const fails = Promise.withResolvers<string>();
    const options = optionsOf({ minGapMs: 60_000 });
    const first = tenant.run('image', { ...options, share: 'tenant' }, () => {
      began.resolve();
      return fails.promise;
    });
    await began.promise;
    const other = victim.run('image', { ...options, share: 'victim' }, async () => 'mine');

    fails.reject(new Error('paused for the tenant'));

    await expect(first).rejects.toThrow('paused');
    expect(await other).toMatchObject({ value: 'mine' });
  },
);

it.each(['the same process', 'another process'])(
  'a production that hangs holds up no other share in %s (law 17)',
  async (where) => {
    const tenant = open();
    const victim = where === 'the same process' ? tenant : open();
    const began = Promise.withResolvers<void>();
    const hangs = Promise.withResolvers<string>();
    const options = optionsOf({ lockMs: 600_000, minGapMs: 100 });
    const first = tenant.run('image', { ...options, share: 'tenant' }, () => {
      began.resolve();
      return hangs.promise;
    });
    await began.promise;

    const others = Array.from({ length: 5 }, (_, n) =>
      victim.run('image', { ...options, share: `victim-${n}` }, async () => 'mine'),
    );

    expect(new Set((await Promise.all(others)).map(({ value }) => value))).toEqual(new Set(['mine']));
    hangs.resolve('old');
    expect((await first).value).toBe('old');
    expect(await victim.run('image', optionsOf({ notBefore: 0 }), async () => 'never')).toMatchObject({
      value: 'mine',
    });
  },
);
