import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { container, pod, workload } from '../testing/values.ts';
import { createRecord } from './record.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

it('what the failed pod runs is quarantined, and not what another pod of its revision runs', async () => {
  const [older, pushed] = [await ns.push('latest'), await ns.push('latest')];
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await ns.settled('web');
  await ns.record('web');
  const id = await ns.begin('web', pushed);
  const verifying = await ns.deps.history.transition(id, { from: ['pending'], to: 'verifying', code: 'written' });
  if (!verifying) throw new Error('Nothing is verified.');
  const pods = [older, pushed].map((digest, index) =>
    pod({ app: `${ns.repository()}@${digest}` }, { name: `web-${index}` }),
  );
  const view = { ...ns.deps.view, podsOfNewestRevision: () => pods };
  const subject = workload({ kind: 'StatefulSet', containers: [container('app', ns.image('latest'))] });
  const evidence = { pod: 'web-1', container: 'app', restarts: 2 };
  const verdict = { type: 'failed', code: 'crash-loop', message: 'It crashes.', blamed: true, evidence } as const;

  const record = createRecord({ ...ns.deps, view }, ns.pullSecrets);
  await record(subject, verifying, verdict, new AbortController().signal);

  expect((await ns.state('web')).quarantine.map(({ digest }) => digest)).toEqual([pushed]);
});
