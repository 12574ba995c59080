import { once } from 'node:events';
import type { History } from '@keelson/history';
import { expect, it } from 'vitest';
import { createCheck } from './check/check.ts';
import { createGuard } from './guard/guard.ts';
import { rolledBack, rolledOut } from './testing/rolled-out.ts';
import { soon } from './testing/test-env.ts';
import type { TestNamespace } from './testing/test-namespace.ts';
import { useTestNamespace } from './testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200 } },
);

const context = { signal: new AbortController().signal, attempt: 1 };

/** The history of a worker that is paused before it does this, and goes on after `resume`. */
function pausedBefore(step: 'begin' | 'adopt') {
  const gate = new EventTarget();
  const resumed = once(gate, 'resume');
  let reached = () => {};
  const isPaused = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const wait = async () => {
    reached();
    await resumed;
  };
  const { history } = ns.deps;
  const paused: History = {
    ...history,
    begin: async (wanted) => {
      if (step === 'begin') await wait();
      return history.begin(wanted);
    },
    adopt: async (...found) => {
      if (step === 'adopt') await wait();
      return history.adopt(...found);
    },
  };
  return { deps: { ...ns.deps, history: paused }, isPaused, resume: () => gate.dispatchEvent(new Event('resume')) };
}

/** Meanwhile another worker rolls out a good push. */
async function rollOutAnother(): Promise<string> {
  const pushed = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect((await ns.state('web')).digests['app']?.lastGood).toBe(pushed));
  return pushed;
}

it('a worker that was paused before it restored a pin restores nothing over what was rolled out meanwhile (law 4)', async () => {
  await rolledBack(ns);
  const unpinned = ns.image('latest');
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image: unpinned }] } } } });
  await soon(() => expect(ns.imageOf('web')).toBe(unpinned));
  const { deps, isPaused, resume } = pausedBefore('begin');
  const guarding = createGuard(deps)({ workload: ns.id('web') }, context);
  await isPaused;
  const pushed = await rollOutAnother();

  resume();
  await guarding;

  const { active, digests } = await ns.state('web');
  expect([active, digests['app']?.rolledOut]).toEqual([undefined, pushed]);
});

it.each(['begin', 'adopt'] as const)(
  'a worker that was paused in its check, before %s, returns to no digest that the tag meant before (law 4)',
  async (step) => {
    if (step === 'begin') {
      await rolledOut(ns);
      await ns.push('latest');
    } else {
      await ns.running('web');
      await ns.record('web');
    }
    const { deps, isPaused, resume } = pausedBefore(step);
    const input = { workload: ns.id('web'), trigger: 'poll', notBefore: Date.now() } as const;
    const checking = createCheck(deps, ns.pullSecrets)(input, context);
    await isPaused;
    if (step === 'adopt') await ns.check('web');
    const pushed = await rollOutAnother();

    resume();
    await checking;

    const { active, digests, check } = await ns.state('web');
    expect(active).toBeUndefined();
    expect(digests['app']).toMatchObject({ rolledOut: pushed, lastGood: pushed });
    const observed = step === 'begin' ? check?.observed[0]?.digest : pushed;
    expect(observed).toBe(pushed);
  },
);
