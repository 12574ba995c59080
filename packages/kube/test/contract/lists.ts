import { describe, expect, it, vi } from 'vitest';
import { fields, list, number, text } from '../../src/fields.ts';
import { listPages } from '../../src/watch/list-pages.ts';
import type { WatchEvent } from '../../src/watch/watch-events.ts';
import { watchEvents } from '../../src/watch/watch-events.ts';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

const nameOf = (object: unknown) => text(fields(fields(object).metadata).name) ?? '';
const path = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;

export function listsAndWatches(harness: () => Harness): void {
  /** Follows a watch until it ends or the test stops it. */
  function follow(request: { path: string; resourceVersion: string; seconds: number }) {
    const stopping = new AbortController();
    const seen: WatchEvent[] = [];
    const { http } = harness();
    const watch = watchEvents({
      http,
      ...request,
      silenceMs: 60_000,
      signal: stopping.signal,
      onOpen: () => undefined,
    });
    const done = (async () => {
      for await (const event of watch) seen.push(event);
    })();
    done.catch(() => undefined);
    return { seen, done, stop: () => stopping.abort() };
  }

  async function versionOf(listPath: string): Promise<string> {
    const answer = fields(await harness().http.request({ path: listPath, query: { limit: 1 } }));
    return text(fields(answer.metadata).resourceVersion) ?? '';
  }

  describe('lists', () => {
    it('lists in pages, each object once', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      for (const name of ['a', 'b', 'c', 'd', 'e']) await create(ns, deployment(name, { replicas: 0 }));
      const names: string[] = [];

      const signal = new AbortController().signal;
      const request = { http, path: path(ns), pageSize: 2, deadlineMs: 10_000, signal };
      const version = await listPages(request, (object) => names.push(nameOf(object)));

      expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(Number(version)).toBeGreaterThan(0);
    });

    it('lists items without a kind, and names the next page', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      for (const name of ['a', 'b', 'c']) await create(ns, deployment(name, { replicas: 0 }));

      const page = fields(await http.request({ path: path(ns), query: { limit: 2 } }));

      expect(list(page.items).map((item) => fields(item).kind)).toEqual([undefined, undefined]);
      expect(page.kind).toBe('DeploymentList');
      expect(text(fields(page.metadata).continue)).toBeTruthy();
      expect(number(fields(page.metadata).remainingItemCount)).toBe(1);
    });

    it('lists by label selector', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      await create(ns, deployment('one', { replicas: 0, labels: { tier: 'web', stage: 'production' } }));
      await create(ns, deployment('two', { replicas: 0, labels: { tier: 'web', stage: 'staging' } }));

      const query = { labelSelector: 'tier=web,stage!=staging' };
      const answer = fields(await http.request({ path: path(ns), query }));

      expect(list(answer.items).map(nameOf)).toEqual(['one']);
    });

    it('refuses an invalid continue token', async () => {
      const query = { limit: 1, continue: 'made-up' };

      await expect(harness().http.request({ path: '/api/v1/pods', query })).rejects.toMatchObject({
        code: 'invalid',
        status: 400,
      });
    });
  });

  describe('watches', () => {
    it('watches what came after a resourceVersion, in order, and nothing from before', async () => {
      const { namespace, create, edit, remove } = harness();
      const ns = await namespace();
      await create(ns, deployment('before', { replicas: 0 }));
      const watch = follow({ path: path(ns), resourceVersion: await versionOf(path(ns)), seconds: 30 });

      await create(ns, deployment('after', { replicas: 0 }));
      await edit(`${path(ns)}/after`, { metadata: { labels: { changed: 'yes' } } });
      await remove(`${path(ns)}/after`);
      await vi.waitUntil(() => watch.seen.some(({ type }) => type === 'DELETED'), soon);
      watch.stop();

      const reported = watch.seen.filter(({ object }) => nameOf(object) === 'after');
      expect(reported[0]?.type).toBe('ADDED');
      expect(reported.at(-1)?.type).toBe('DELETED');
      expect(new Set(reported.slice(1, -1).map(({ type }) => type))).toEqual(new Set(['MODIFIED']));
      const versions = reported.map(({ resourceVersion }) => Number(resourceVersion));
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    });

    it('sends bookmarks, and ends a watch when its time is over', async () => {
      const { namespace, create } = harness();
      const ns = await namespace();
      const resourceVersion = await versionOf(path(ns));
      await create(ns, deployment('one', { replicas: 0 }));
      const watch = follow({ path: path(ns), resourceVersion, seconds: 4 });

      await watch.done;

      // The cluster's controller may still write its status between the bookmark and the end.
      const at = watch.seen.findLastIndex(({ type }) => type === 'BOOKMARK');
      const versions = watch.seen.map((event) => Number(event.resourceVersion));
      const bookmark = versions[at] ?? Number.NaN;
      expect(at).toBeGreaterThan(0);
      expect(Math.max(...versions.slice(0, at))).toBeLessThanOrEqual(bookmark);
      expect(versions.slice(at + 1).filter((version) => version <= bookmark)).toEqual([]);
    });

    it('resumes a watch from the last event', async () => {
      const { namespace, create } = harness();
      const ns = await namespace();
      const first = follow({ path: path(ns), resourceVersion: await versionOf(path(ns)), seconds: 30 });
      await create(ns, deployment('one', { replicas: 0 }));
      await vi.waitUntil(() => first.seen.length > 0, soon);
      first.stop();
      await create(ns, deployment('two', { replicas: 0 }));

      const resourceVersion = first.seen.at(-1)?.resourceVersion ?? '';
      const second = follow({ path: path(ns), resourceVersion, seconds: 30 });
      await vi.waitUntil(() => second.seen.some(({ object }) => nameOf(object) === 'two'), soon);
      second.stop();

      expect(second.seen.filter(({ object, type }) => nameOf(object) === 'one' && type === 'ADDED')).toEqual([]);
    });
  });
}
