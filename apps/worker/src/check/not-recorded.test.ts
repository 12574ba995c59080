import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { createCheck } from './check.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

it('a rollout that history refuses fails its own check, which says so once (law 17)', async () => {
  await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest');
  const { history } = ns.deps;
  const code = 'x'.repeat(100_000);
  const refusing = {
    ...ns.deps,
    history: { ...history, begin: (one) => history.begin({ ...one, code }) } satisfies typeof history,
  };
  const after = await history.lastEventId();

  for (let i = 0; i < 3; i++) {
    const input = { workload: ns.id('web'), trigger: 'poll', notBefore: Date.now() } as const;
    await createCheck(refusing, ns.pullSecrets)(input, { signal: new AbortController().signal, attempt: 1 });
  }

  const message = expect.stringMatching(/^A rollout of \S+ cannot be stored: it is larger than 32000 bytes\.$/);
  expect((await ns.state('web')).check).toMatchObject({ code: 'not-recorded', message, error: { code: 'invalid' } });
  expect(await ns.rollouts('web')).toEqual([]);
  expect(await history.events(after)).toMatchObject([{ type: 'check', name: 'not-recorded' }]);
});
