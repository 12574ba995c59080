import type { z } from '@hono/zod-openapi';
import { toIsoTime } from '@keelson/core';
import type { CheckRecord, Rollout, WorkloadState } from '@keelson/history';
import type { workloadSchema } from '../schemas/workload.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { presentHold, presentQuarantine } from './restrictions.ts';
import { whyOf } from './why.ts';

type Answer = z.input<typeof workloadSchema>;

/**
 * A workload in the shape of the API: its record, its restrictions, its last check, and its digests by container.
 *
 * @param newest Its newest rollout; `newestNeeded` says where it is needed.
 */
export function presentWorkload(state: WorkloadState, newest?: Rollout): Answer {
  const { record, check, digests, active, unproven, latest, hold, quarantine, reverted, unreadable } = state;
  const finding = findingOf(state, newest);
  const why = whyOf(state, finding, newest);
  const observed = new Map(check?.observed.map(({ container, digest }) => [container, digest]));
  const { id, namespace, kind, name, policy, trigger, schedule, intervalMs, owner, writePath, warnings } = record;
  return {
    id,
    namespace,
    kind,
    name,
    policy,
    trigger,
    schedule,
    ...(intervalMs !== undefined && { intervalMs }),
    owner,
    writePath,
    containers: record.containers.map(({ name: container, image, repository, tag }) => {
      const known = digests[container];
      const seen = observed.get(container);
      return {
        name: container,
        image,
        repository,
        ...(tag !== undefined && { tag }),
        ...(known && { rolledOut: known.rolledOut }),
        ...(known?.lastGood && { lastGood: known.lastGood, lastGoodProven: known.proven === true }),
        ...(seen && { observed: seen }),
      };
    }),
    ...(why !== undefined && { why }),
    ...(hold && { hold: presentHold(hold) }),
    quarantine: presentQuarantine(quarantine),
    ...(reverted && { reverted: { manager: reverted.manager, times: reverted.times, at: toIsoTime(reverted.at) } }),
    ...(check && finding && { check: presentCheck(check, finding) }),
    ...(active !== undefined && { active }),
    ...(unproven !== undefined && { unproven }),
    ...(latest !== undefined && { latest }),
    ...(unreadable && { unreadable: [...unreadable] }),
    warnings: [...warnings],
  };
}

function presentCheck({ at, nextAt, error }: CheckRecord, finding: Finding): NonNullable<Answer['check']> {
  const { code, message, overtaken } = finding;
  return {
    at: toIsoTime(at),
    ...(nextAt !== undefined && { nextAt: toIsoTime(nextAt) }),
    code,
    message,
    ...(overtaken && { overtakenAt: toIsoTime(finding.at) }),
    ...(error && { error }),
  };
}
