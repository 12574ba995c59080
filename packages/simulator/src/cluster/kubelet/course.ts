import type { Outcome } from './outcome.ts';

/** One thing that happens to a running container, `ms` after the thing before. */
export type Step =
  | { readonly ms: number; readonly does: 'ready' | 'unready' }
  | { readonly ms: number; readonly does: 'exit'; readonly exitCode: number; readonly reason: string };

/** What happens to a container from its start on; nothing for one that cannot be started. */
export function courseOf(outcome: Outcome, readyMs: number, afterMs: number): readonly Step[] {
  const exit = (ms: number, exitCode: number, reason: string): Step => ({ ms, does: 'exit', exitCode, reason });
  const ready = (ms: number): Step => ({ ms, does: 'ready' });
  const unready = (ms: number): Step => ({ ms, does: 'unready' });
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

/** A container that ends by itself has no readiness: where one that stays would become ready, it ends well. */
export function endingCourse(course: readonly Step[]): readonly Step[] {
  const last = course.at(-1);
  if (last?.does !== 'ready') return course;
  return [{ ms: last.ms, does: 'exit', exitCode: 0, reason: 'Completed' }];
}
