import { crashLoop, mostTelling } from './evidence.ts';
import type { RolloutView, Verdict, VerdictInput } from './types.ts';

/**
 * The verdict on one rollout, from its new revision's pods and its controller's count. Pure: the same input gives the same verdict.
 * Complete is what `kubectl rollout status` calls complete (kubectl pkg/polymorphichelpers/rollout_status.go).
 */
export function judge({ view, generation, writtenAt, now, deadlineMs }: VerdictInput): Verdict {
  if (view.kind === 'CronJob') {
    return {
      type: 'succeeded',
      code: 'next-run',
      sentence: 'Written; a CronJob runs the new image at its next run, which is not judged.',
    };
  }
  const seen = view.status.observedGeneration >= generation;
  if (seen && view.desired === 0) {
    return {
      type: 'succeeded',
      code: 'scaled-to-zero',
      sentence: 'Written; no pod is wanted, so there is none to judge.',
    };
  }
  if (seen && isComplete(view)) {
    return {
      type: 'succeeded',
      code: 'available',
      sentence:
        view.desired === 1
          ? 'The pod of the new revision is available.'
          : `All ${view.desired} pods of the new revision are available.`,
    };
  }
  if (seen) {
    const crash = crashLoop(view.pods);
    if (crash) {
      return {
        type: 'failed',
        code: 'crash-loop',
        sentence: `Container ${crash.container} of pod ${crash.pod} keeps crashing${crash.exitCode === undefined ? '' : ` (exit code ${crash.exitCode})`}.`,
        evidence: crash,
      };
    }
    const gaveUp = view.status.conditions.find(
      ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
    );
    if (gaveUp)
      return timedOut(
        view,
        gaveUp.message ?? 'The progress deadline of the Deployment has passed.',
        'progress-deadline-exceeded',
      );
  }
  if (view.paused) {
    return {
      type: 'waiting',
      code: 'paused',
      sentence: 'The Deployment is paused: nothing rolls out until it is resumed.',
    };
  }
  if (now - writtenAt >= deadlineMs) {
    return timedOut(view, `Not available after ${Math.round(deadlineMs / 1000)} s.`, 'deadline-exceeded');
  }
  return {
    type: 'waiting',
    code: seen ? 'progressing' : 'not-observed',
    sentence: seen
      ? `${view.status.updated} of ${view.desired} pods are new, ${view.status.available} available.`
      : 'The controller has not looked at the change yet.',
  };
}

function isComplete({ desired, status }: RolloutView): boolean {
  return status.updated >= desired && status.replicas <= status.updated && status.available >= status.updated;
}

function timedOut(view: RolloutView, why: string, code: string): Verdict {
  const evidence = mostTelling(view.pods);
  const detail = evidence?.reason ? ` Pod ${evidence.pod}, container ${evidence.container}: ${evidence.reason}.` : '';
  return { type: 'failed', code, sentence: `${why}${detail}`, ...(evidence && { evidence }) };
}
