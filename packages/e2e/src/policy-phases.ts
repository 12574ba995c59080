import type { KubeHttp } from '@keelson/kube';
import { installPolicy, removePolicy } from './pin-policy.ts';

/** How the admission policy `keelson-pin` is for the whole cluster; `removable`: installed for a test that removes it. */
export type PolicyPhase = 'absent' | 'installed' | 'removable';

/** The policy is there for all tests of a cluster or for none, so they take turns. */
export interface PolicyPhases {
  /** Resolves once it is so; it stays so until the returned function is called. */
  enter(phase: PolicyPhase): Promise<() => void>;
}

/** A phase lasts while tests of it run, those that come meanwhile too; then the next one comes that is waited for. */
export function createPolicyPhases(kube: KubeHttp): PolicyPhases {
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const resume of waiting.splice(0)) resume();
  };
  let now: PolicyPhase = 'absent';
  let tests = 0;
  let changes = false;

  const change = async (phase: PolicyPhase): Promise<void> => {
    changes = true;
    try {
      await (phase === 'absent' ? removePolicy(kube) : installPolicy(kube));
      now = phase;
    } finally {
      changes = false;
      wake();
    }
  };
  return {
    async enter(phase) {
      while (changes || (phase !== now && tests > 0)) await new Promise<void>((resume) => waiting.push(resume));
      // Counted before the change, whose end wakes those that wait for another phase.
      tests += 1;
      const leave = () => {
        tests -= 1;
        if (tests === 0) wake();
      };
      try {
        if (phase !== now) await change(phase);
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}
