import type { CheckRecord, Rollout, WorkloadState } from '@keelson/history';
import { startFunctions } from '@keelson/queue';
import { createCheck } from '../check/check.ts';
import type { Deps } from '../deps.ts';
import { functionsOf } from '../functions.ts';
import { createGuard } from '../guard/guard.ts';
import { createPatch } from '../patch/patch.ts';
import { createSweep } from '../reconcile/sweep.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { createVerify } from '../verify/verify.ts';
import { createProveWayBack } from '../way-back/prove-way-back.ts';
import { soon } from './test-env.ts';

interface FunctionsOptions {
  readonly deps: Deps;
  readonly pullSecrets: PullSecrets;
  readonly shared: { readonly redis: string; readonly prefix: string };
  readonly id: (name: string) => string;
  readonly state: (name: string) => Promise<WorkloadState>;
  readonly rollout: (id: string) => Promise<Rollout>;
}

/** Runs the worker's functions: one of them at once, or all that is queued. */
export function openFunctions({ deps, pullSecrets, shared, id, state, rollout }: FunctionsOptions) {
  const context = { signal: new AbortController().signal, attempt: 1 };

  /** Runs queued jobs until `until` no longer throws. */
  async function runFunctions(until: () => Promise<void>): Promise<void> {
    const functions = await startFunctions(functionsOf(deps, pullSecrets), {
      ...shared,
      log: deps.log,
      graceMs: 5_000,
    });
    await soon(until);
    await functions.stop();
  }

  return {
    /** Runs registry-poll at once, with an answer of the registry since `notBefore`. Returns what it recorded. */
    async check(name: string, notBefore = Date.now()): Promise<CheckRecord | undefined> {
      await createCheck(deps, pullSecrets)({ workload: id(name), trigger: 'manual', notBefore }, context);
      return (await state(name)).check;
    },

    /** Runs image-patch at once. */
    write: (rolloutId: string, attempt = 1) =>
      createPatch(deps, pullSecrets)({ rollout: rolloutId }, { ...context, attempt }),

    /** Runs guard-pins at once. */
    guard: (name: string) => createGuard(deps)({ workload: id(name) }, context),

    /** Runs rollout-verify at once. Returns the rollout after it. */
    async verify(rolloutId: string): Promise<Rollout> {
      await createVerify(deps, pullSecrets)({ rollout: rolloutId }, context);
      return rollout(rolloutId);
    },

    /** Runs prove-way-back at once. */
    prove: (name: string, notBefore = Date.now()) =>
      createProveWayBack(deps, pullSecrets)({ workload: id(name), notBefore }, context),

    runFunctions,

    /** Runs queued jobs until `until` no longer throws, and wakes rollouts under way as the holder of the lease does. */
    async work(until: () => Promise<void>): Promise<void> {
      const stop = new AbortController();
      const sweeping = createSweep(deps, 50).run(stop.signal);
      await runFunctions(until).finally(() => stop.abort());
      await sweeping;
    },
  };
}
