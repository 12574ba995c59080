import { expect, it, vi } from 'vitest';
import { startSimulatedCluster } from '../start.ts';
import { wait } from '../test-client.ts';

it('a crash loop lasts as long as crashBackoffMs says, whatever the delay after a failed pull', async ({
  onTestFinished,
}) => {
  const times = { pullMs: 2, readyMs: 5, backoffMs: 20, crashBackoffMs: 60_000 };
  const cluster = await startSimulatedCluster({ times, outcome: () => 'crash' });
  onTestFinished(() => cluster.stop());
  const spec = { containers: [{ name: 'app', image: 'registry.example.com/team/app:1' }] };
  cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'crash' }, spec });

  const seen = () => JSON.stringify(cluster.get('v1', 'Pod', 'default', 'crash')?.['status']);
  await vi.waitUntil(() => seen().includes('CrashLoopBackOff'), wait);

  expect(seen()).toContain('back-off 60s restarting failed container=app');
});
