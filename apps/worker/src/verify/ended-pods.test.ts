import { createLogger } from '@keelson/log';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { digestOf, pod, workload } from '../testing/values.ts';
import { viewOf } from '../testing/view-of.ts';
import { podsRun } from './pods-run.ts';

const none = () => Promise.reject(new Error('This test sends no request.'));
const log = createLogger({ level: 'silent', name: 'worker' });
const secrets = { keyring: none, invalidate: () => undefined };

it('podsRun reads no digest from a pod of the same ReplicaSet that was evicted long ago (law 16)', async () => {
  const revision = { namespace: 'ns', uid: 'rs', revision: 1, conditions: [] };
  const runs = (digest: string, phase: string) => pod({ app: `ghcr.io/me/web@${digest}` }, { phase });
  const view = viewOf({
    newestReplicaSet: () => revision,
    podsOfNewestRevision: () => [runs(digestOf('c'), 'Failed'), runs(digestOf('b'), 'Running')],
  });
  const subject = workload({ annotations: { 'deployment.kubernetes.io/revision': '1' } });
  const deps = { view, registry: { describe: none, configDigests: none }, log };
  const { signal } = new AbortController();

  expect(await podsRun(deps, secrets, subject, rollout({ generation: 1 }), signal)).toEqual({
    type: 'written',
    others: [],
  });
});
