import { parseDigest } from '@keelson/image';
import { proveWayBack } from '@keelson/queue';
import { expect, it, vi } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { queueProofs } from './queue-proofs.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

it('proofs are queued from what Redis stores, whoever queued the ones before (laws 1 and 15)', async () => {
  const digest = parseDigest(await ns.running('web'));
  await ns.record('web');
  await ns.check('web');
  const id = ns.id('web');
  const seenAt = Date.now() - 61 * 60_000;
  await ns.deps.history.putProofs(id, { app: { image: ns.repository(), digest, at: seenAt, seenAt } });
  await ns.deps.history.putCheck(id, { at: 1, code: 'x', message: 'y', observed: [] });
  const added = vi.spyOn(ns.deps.producer, 'add');

  // Two that hold the lease one after the other.
  await queueProofs(ns.deps, 10 * 60_000);
  await queueProofs(ns.deps, 10 * 60_000);
  expect(added.mock.calls.map(([{ name }]) => name)).toEqual([proveWayBack.name, proveWayBack.name]);
  const [, input, options] = added.mock.calls[0] ?? [];
  expect(options?.delayMs).toBeLessThanOrEqual(5 * 60_000);
  await ns.prove('web', proveWayBack.input.parse(input).notBefore);
  added.mockClear();

  const heads = ns.env.registry.requests.filter(({ method, path }) => method === 'HEAD' && path.endsWith(digest));
  expect(heads).toHaveLength(1);
  // Within the hour nothing is due.
  await queueProofs(ns.deps, 1);
  expect(added.mock.calls).toEqual([]);
});
