import type { Outcome } from './outcome.ts';

/** What happens to a running container, `ms` after the step before. */
export type RunStep =
  | { readonly ms: number; readonly does: 'ready' | 'unready' }
  | { readonly ms: number; readonly does: 'exit'; readonly exitCode: number; readonly reason: string };

/** What a simulated container does from its start on; empty for one that cannot be started. Times in milliseconds. */
export function planFor(outcome: Outcome, readyMs: number, afterMs: number): readonly RunStep[] {
  const exit = (ms: number, exitCode: number, reason: string): RunStep => ({ ms, does: 'exit', exitCode, reason });
  const ready = (ms: number): RunStep => ({ ms, does: 'ready' });
  const unready = (ms: number): RunStep => ({ ms, does: 'unready' });
  switch (outcome) {
    case 'ready':
      return [ready(readyMs)];
    case 'slow':
      return [ready(afterMs)];
    case 'unready':
      return [unready(readyMs)];
    case 'flap':
      return [ready(readyMs), unready(afterMs)];
    case 'crash':
      return [exit(readyMs, 1, 'Error')];
    case 'late-crash':
      return [ready(readyMs), exit(afterMs, 1, 'Error')];
    case 'oom':
      return [exit(readyMs, 137, 'OOMKilled')];
    case 'complete':
      return [exit(readyMs, 0, 'Completed')];
    case 'config-error':
    case 'no-start':
      return [];
  }
}

/** The plan of an init container that must complete: where another would become ready, it exits with 0. */
export function completingPlan(plan: readonly RunStep[]): readonly RunStep[] {
  const last = plan.at(-1);
  if (last?.does !== 'ready') return plan;
  return [{ ms: last.ms, does: 'exit', exitCode: 0, reason: 'Completed' }];
}
