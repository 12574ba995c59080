import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import type { History } from '../types.ts';
import { splitRepository } from './find.ts';
import type { CheckRecord } from './types.ts';

const redis = useHistory();
const id = 'myapp/deployment/myapp';
const check: CheckRecord = {
  at: 5,
  nextAt: 60_005,
  code: 'up-to-date',
  message: 'Nothing new.',
  observed: [{ container: 'app', digest: digest('a') }],
};

/** Who follows a repository, with any host or this one, at any tag or this one: each once, sorted. */
async function byPath(history: History, path: string, tag?: string, host?: string): Promise<readonly string[]> {
  const [followers = []] = await history.followersOf([path]);
  const fits = followers.filter((one) => (tag ?? one.tag) === one.tag && (host ?? one.host) === one.host);
  return [...new Set(fits.map(({ workload }) => workload))].sort();
}

function byImage(history: History, repository: string, tag?: string): Promise<readonly string[]> {
  const { host, path } = splitRepository(repository);
  return byPath(history, path, tag, host);
}

it('history returns the stored workload', async () => {
  const history = redis.open();
  const full = record(id, {
    warnings: [{ code: 'unknown-annotation', key: 'keel.sh/polcy', message: 'Did you mean keel.sh/policy?' }],
  });
  await history.putWorkload(full);
  await history.putCheck(id, check);

  expect(await history.workload(id)).toEqual({ record: full, check, digests: {}, quarantine: [] });
  expect(await history.workloads()).toEqual([{ record: full, check, digests: {}, quarantine: [] }]);
  expect(await history.workload('no/deployment/such')).toBeUndefined();
});

it('workloads are found by image and tag after every change', async () => {
  const history = redis.open();
  const staging = { name: 'app', image: `${image}:dev-staging`, repository: image, tag: 'dev-staging' };
  const pinned = { name: 'side', image: 'docker.io/library/nginx@sha256:x', repository: 'docker.io/library/nginx' };
  await history.putWorkload(record('a/deployment/production'));
  await history.putWorkload(record('a/deployment/staging', { containers: [staging, pinned] }));

  expect(await byImage(history, image)).toEqual(['a/deployment/production', 'a/deployment/staging']);
  expect(await byImage(history, image, 'dev-staging')).toEqual(['a/deployment/staging']);
  expect(await byImage(history, 'docker.io/library/nginx')).toEqual(['a/deployment/staging']);
  expect(await byImage(history, 'docker.io/library/nginx', 'latest')).toEqual([]);

  await history.putWorkload(record('a/deployment/staging'));
  expect(await byImage(history, image, 'dev-staging')).toEqual([]);
  expect(await byImage(history, 'docker.io/library/nginx')).toEqual([]);
  expect(await byImage(history, image, 'latest')).toEqual(['a/deployment/production', 'a/deployment/staging']);

  await history.removeWorkload('a/deployment/production');
  await history.removeWorkload('a/deployment/staging');
  expect(await byImage(history, image)).toEqual([]);
  expect(await history.workloadIds()).toEqual([]);
  expect((await redis.raw.keys('*')).filter((key) => !key.endsWith(':events'))).toEqual([]);
});

it('workloads are found by path with any host after every change', async () => {
  const history = redis.open();
  const at = (...images: string[]) => ({
    containers: images.map((image, i) => {
      const [repository = '', tag] = image.split(' ');
      return { name: `c${i}`, image, repository, ...(tag !== undefined && { tag }) };
    }),
  });
  await history.putWorkload(
    record('a/deployment/one', at('registry.infra.svc:5000/team/app main', 'mirror/team/app main')),
  );
  await history.putWorkload(record('a/deployment/two', at('registry.gitlab.com/team/app dev')));
  await history.putWorkload(record('a/deployment/pinned', at('registry.gitlab.com/team/app')));
  await history.putWorkload(record('a/deployment/other', at('registry.gitlab.com/app main', 'team/app/main main')));

  expect(await byPath(history, 'team/app')).toEqual(['a/deployment/one', 'a/deployment/pinned', 'a/deployment/two']);
  expect(await byPath(history, 'team/app', 'main')).toEqual(['a/deployment/one']);
  expect(await byPath(history, 'app', 'main')).toEqual(['a/deployment/other']);
  expect(await byPath(history, 'team')).toEqual([]);
  expect(await byPath(history, 'registry.gitlab.com/team/app')).toEqual([]);
  expect(await byImage(history, 'registry.gitlab.com/team/app')).toEqual(['a/deployment/pinned', 'a/deployment/two']);

  await history.putWorkload(record('a/deployment/one', at('mirror/team/app next')));
  expect(await byPath(history, 'team/app', 'main')).toEqual([]);
  expect(await byPath(history, 'team/app', 'next')).toEqual(['a/deployment/one']);
  await history.removeWorkload('a/deployment/two');
  expect(await byPath(history, 'team/app', 'dev')).toEqual([]);
});

it('the followers of many repositories come in the order of their paths', async () => {
  const history = redis.open();
  await history.putWorkload(record('a/deployment/one', { containers: [{ name: 'c', image, repository: 'h/p7' }] }));

  const found = await history.followersOf(Array.from({ length: 600 }, (_, i) => `p${i}`));

  expect(found).toHaveLength(600);
  expect(found.flatMap((followers, i) => (followers.length > 0 ? [[i, followers]] : []))).toEqual([
    [7, [{ host: 'h', tag: '', workload: 'a/deployment/one' }]],
  ]);
});

it('pages of workloads skip and repeat none while others appear and disappear', async () => {
  const history = redis.open();
  const ids = Array.from({ length: 20 }, (_, i) => `${i % 2 ? 'odd' : 'even'}/deployment/w${10 + i}`).sort();
  for (const one of ids) await history.putWorkload(record(one));
  const readAll = async (namespace?: string) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await history.workloadPage({
        limit: 5,
        ...(namespace && { namespaces: [namespace] }),
        ...(cursor && { cursor }),
      });
      pages.push(page.items.map(({ record }) => record.id));
      cursor = page.next;
      // What a cursor names may be gone by the time it is used.
      if (cursor !== undefined && cursor === ids[4]) await history.removeWorkload(cursor);
      await history.putWorkload(record(`aaa/deployment/w${pages.length}`));
    } while (cursor !== undefined);
    return pages;
  };

  const pages = await readAll();
  expect(pages.flat()).toEqual(ids);
  expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 5]);
  expect((await readAll('odd')).flat()).toEqual(ids.filter((one) => one.startsWith('odd/')));
  expect((await readAll('od')).flat()).toEqual([]);
  expect((await history.workloadPage({ namespaces: ['odd'], cursor: 'a' })).items).toHaveLength(10);
  expect((await history.workloadPage({ namespaces: ['even'], cursor: 'odd/deployment/w11' })).items).toEqual([]);
});

it('pages of workloads of some namespaces have those of no other (law 17)', async () => {
  const history = redis.open();
  const ids = ['a-b', 'a', 'a0', 'b'].flatMap((namespace) => [1, 2, 3].map((i) => `${namespace}/deployment/w${i}`));
  for (const one of ids) await history.putWorkload(record(one));
  const readAll = async (namespaces: readonly string[], limit: number) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await history.workloadPage({ namespaces, limit, ...(cursor && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map(({ record }) => record.id));
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  };

  for (const limit of [1, 2, 3, 100]) {
    const wanted = ids.filter((one) => one.startsWith('a-b/') || one.startsWith('a/') || one.startsWith('b/'));
    expect(await readAll(['b', 'nowhere', 'a', 'a-b', 'a'], limit)).toEqual(wanted);
  }
  expect(await readAll([], 5)).toEqual([]);
  expect((await history.workloadPage({ namespaces: ['a'], cursor: 'b/deployment/w1' })).items).toEqual([]);
});

it('removing a workload keeps its rollouts, and an active one can end', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));

  await history.removeWorkload(id);
  expect(await history.workload(id)).toBeUndefined();
  expect((await history.begin(rollout('a', 'b'))).outcome).toBe('exists');
  await history.transition(begun.id, { from: ['pending'], to: 'cancelled', code: 'removed' });

  expect((await history.rollouts({ workload: id })).items).toMatchObject([{ id: begun.id, state: 'cancelled' }]);
  const left = await redis.raw.ttl(`{keelson}:h:workload:${id}`);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(7 * 24 * 3_600);
});

it('a check of an unknown workload is not stored', async () => {
  const history = redis.open();
  await history.putCheck(id, check);
  expect(await redis.raw.keys('*')).toEqual([]);
});

it('adopt stores digests, but not during a rollout', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);
  expect((await history.workload(id))?.digests).toEqual({
    app: { image, tag: 'latest', rolledOut: digest('a'), lastGood: digest('a') },
  });

  await history.begin(rollout('a', 'b'));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('b') }]);
  expect((await history.workload(id))?.digests.app?.lastGood).toBe(digest('a'));
});

it('a page lists a workload that does not parse apart, and reports it', async () => {
  const reported: string[] = [];
  const history = redis.open({ onCorrupt: (error) => reported.push(error.message) });
  await history.putWorkload(record('a/deployment/good'));
  await history.putWorkload(record('a/deployment/bad'));
  await redis.raw.hset('{keelson}:h:workload:a/deployment/bad', 'record', '{"id":1}');

  expect((await history.workloads()).map(({ record }) => record.id)).toEqual(['a/deployment/good']);
  expect(reported).toEqual([expect.stringContaining('a/deployment/bad')]);
  expect((await history.workloadPage({})).unreadable).toEqual([
    { id: 'a/deployment/bad', message: expect.stringContaining('record of a/deployment/bad') },
  ]);
  await expect(history.workload('a/deployment/bad')).rejects.toMatchObject({ code: 'corrupt' });
});

it('a workload is read without the parts that do not parse, which it names', async () => {
  const reported: string[] = [];
  const history = redis.open({ onCorrupt: (error) => reported.push(error.message) });
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);
  const broken = { check: '{', hold: '{"code":"?"}', quarantine: '[1]', reverted: '[]', 'd:side': 'x' };
  await redis.raw.hset(`{keelson}:h:workload:${id}`, broken);

  const state = await history.workload(id);

  expect(Object.keys(state?.digests ?? {})).toEqual(['app']);
  expect(state?.unreadable?.map(({ part }) => part)).toEqual(['check', 'hold', 'reverted', 'quarantine', 'digests']);
  expect(reported).toHaveLength(5);
  expect(await history.workloads()).toEqual([state]);
});

it('history reads records of a newer release without their unknown fields', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  await redis.raw.hset(`{keelson}:h:workload:${id}`, 'record', JSON.stringify({ ...record(id), later: true }));
  expect((await history.workload(id))?.record).toEqual(record(id));
});
