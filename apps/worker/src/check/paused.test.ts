import { registryPoll } from '@keelson/queue';
import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
  ns.env.registry.faults.clear();
});

const busy = { type: 'status', status: 503, headers: { 'retry-after': '1' } } as const;

/** `web` runs, and the registry refuses one request about it, and all others for a second. */
async function paused(annotations: Readonly<Record<string, string>>): Promise<void> {
  await ns.running('web', { annotations });
  await ns.record('web');
  ns.env.registry.faults.inject({ path: ns.namespace, times: 1, fault: busy });
}

it('a check that was refused as paused comes again when the pause ends', async () => {
  await ns.push('latest', {}, 'other');
  ns.deploy('other', { images: { app: ns.image('latest', 'other') } });
  await ns.settled('other');
  await ns.record('other');
  await paused({ ...followed, 'keel.sh/poll-schedule': '@every 1h' });

  await ns.check('other');
  const refused = await ns.check('web');
  await ns.work(async () => expect((await ns.state('web')).check?.code).toBe('already-running'));

  expect(refused?.code).toBe('paused');
  expect((refused?.nextAt ?? 0) - (refused?.at ?? 0)).toBeLessThan(10_000);
});

it('a check without a schedule that failed comes again when the pause ends', async () => {
  const { 'keel.sh/trigger': _, 'keel.sh/poll-schedule': __, ...annotations } = followed;
  await paused(annotations);

  const failed = await ns.check('web');
  await ns.work(async () => expect((await ns.state('web')).check?.error).toBeUndefined());

  expect(failed?.code).toBe('unavailable');
  expect(failed?.nextAt).toBeGreaterThan(failed?.at ?? 0);
});

it('a check with a schedule that failed waits for its next tick', async () => {
  await paused(followed);

  expect((await ns.check('web'))?.code).toBe('unavailable');
  expect((await ns.queueCounts())[registryPoll.name]?.delayed).toBe(0);
});
