import type { Consequences, Hold, QuarantineEntry, Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import type { Intent } from '@keelson/policy';
import type { Verdict } from '@keelson/rollout';

type Failed = Extract<Verdict, { readonly type: 'failed' }>;

/** When so many pushes fail one after the other in so short a time, the images are not the cause: nothing more is rolled out. */
const failures = 3;
const failuresMs = 60 * 60_000;

export interface ConsequencesInput {
  readonly rollout: Rollout;
  readonly verdict: Failed;
  /** Whether somebody else changed the pod template while it was verified; of a rollback: while what failed was. */
  readonly isChanged: boolean;
  /** Other digests that its pods run, by container. */
  readonly ran: ReadonlyMap<string, Digest>;
  readonly state: Pick<WorkloadState, 'digests' | 'quarantine' | 'failuresAfter'>;
  readonly intent: Pick<Intent, 'rollback'>;
  readonly now: number;
}

/**
 * What follows from a failed rollout: quarantine, hold and rollback, recorded in the same step as its end. Pure.
 *
 * Where the pod template was changed meanwhile, the image or that change is the cause. The last good image in the same template shows which: if that
 * fails as well, the image is not blamed any more.
 */
export function consequencesOf(input: ConsequencesInput): Consequences {
  const { rollout, verdict, isChanged, intent } = input;
  if (rollout.kind === 'rollback') return rollbackFailed(input);
  if (!verdict.blamed) return {};
  const quarantine = quarantineOf(input);
  const rollback = intent.rollback === 'auto' ? rollbackOf(input) : undefined;
  if (isChanged && !rollback) return {};
  const hold =
    tooMany(input, quarantine) ??
    (intent.rollback === 'hold' ? manualRollback(input) : undefined) ??
    (intent.rollback === 'auto' && !rollback ? noWayBack(input) : undefined);
  return { quarantine, ...(hold && { hold }), ...(rollback && { rollback }) };
}

/** Law 8: one rollback per failed rollout. When that fails as well, Keelson touches nothing more. */
function rollbackFailed({ rollout, verdict, isChanged, state, now }: ConsequencesInput): Consequences {
  const { rollbackOf } = rollout;
  const mayRelease = isChanged && rollbackOf !== undefined;
  const released = mayRelease ? state.quarantine.filter((entry) => entry.rollout === rollbackOf) : [];
  const failed = released.map(({ digest }) => shortDigest(digest)).join(', ');
  const cause =
    released.length === 0
      ? ''
      : `The pod template was changed while ${failed} was rolled out, so that change is the likely cause, and ${failed} is out of quarantine. `;
  const message = `The rollback failed too: ${verdict.message} ${cause}Keelson changes nothing more here until a user resumes the workload.`;
  const hold: Hold = { code: 'rollback-failed', message, at: now };
  return { hold, ...(released.length > 0 && { released }) };
}

/** The digest of the container that failed, in every container that has it; every changed digest where the failed container is none of them. */
function quarantineOf({ rollout, verdict, ran, now }: ConsequencesInput): readonly QuarantineEntry[] {
  const blamed = rollout.changes.find(({ container }) => container === verdict.evidence?.container);
  const failed = rollout.changes.filter(
    ({ image, to }) => blamed === undefined || (image === blamed.image && to.digest === blamed.to.digest),
  );
  return failed.map(({ container, image, to }) => {
    const digest = ran.get(container) ?? to.digest;
    return {
      container,
      image,
      ...(to.tag !== undefined && { tag: to.tag }),
      digest,
      code: verdict.code,
      message: `${shortDigest(digest)} failed here: ${verdict.message}`,
      at: now,
      rollout: rollout.id,
    };
  });
}

/** Rollout ids sort by start: what failed before the last success, or before a user resumed the workload, does not count. */
function tooMany({ state, now }: ConsequencesInput, fresh: readonly QuarantineEntry[]): Hold | undefined {
  const { quarantine, failuresAfter = '' } = state;
  const earlier = quarantine.filter(({ rollout = '' }) => failuresAfter === '' || rollout > failuresAfter);
  const recent = [...fresh, ...earlier].filter(({ code, at }) => code !== 'manual' && now - at < failuresMs);
  const rollouts = new Set(recent.map(({ rollout, digest }) => rollout ?? digest)).size;
  if (rollouts < failures) return undefined;
  const message = `${rollouts} pushes failed one after the other within an hour, so nothing more is rolled out until a user resumes the workload.`;
  return { code: 'too-many-failures', message, at: now };
}

function manualRollback({ verdict, now }: ConsequencesInput): Hold {
  const message = `keelson.sh/rollback is "hold", and the last push failed: ${verdict.message} Roll back or push a good image, then resume the workload.`;
  return { code: 'manual-rollback-required', message, at: now };
}

/** All changed containers are rolled back together, or none is. */
function rollbackOf({ rollout, verdict, state }: ConsequencesInput): Consequences['rollback'] {
  const back = rollout.changes.map((change) => ({ change, good: lastGoodOf(change, state.digests) }));
  const changes = back.flatMap(({ change, good }) => (good === undefined ? [] : [reversed(change, good)]));
  if (changes.length < back.length) return undefined;
  const targets = changes.map(({ to }) => shortDigest(to.digest)).join(', ');
  return {
    changes,
    trigger: 'verdict',
    code: 'rolled-back',
    message: `${targets} was good; what replaced it failed: ${verdict.message}`,
  };
}

/** The last good digest, or the one before it where the last good one was pushed again and fails. */
function lastGoodOf({ container, image, to }: RolloutChange, digests: WorkloadState['digests']): Digest | undefined {
  const record = digests[container];
  if (record?.image !== image) return undefined;
  return record.lastGood === to.digest ? record.goodBefore : record.lastGood;
}

/** A digest that worked fails now, and no older one is known: whatever else is pushed may fail as well. Before anything worked, the next push may fix it. */
function noWayBack({ rollout, verdict, state, now }: ConsequencesInput): Hold | undefined {
  const failed = rollout.changes.find(({ container, image, to }) => {
    const record = state.digests[container];
    return record?.image === image && record.lastGood === to.digest;
  });
  if (!failed) return undefined;
  const message = `${shortDigest(failed.to.digest)} worked here before, and fails now: ${verdict.message} No digest before it is known to have worked, so nothing is rolled back. Push a good image, then resume the workload.`;
  return { code: 'no-last-good', message, at: now };
}

function reversed({ container, image, from, to }: RolloutChange, good: Digest): RolloutChange {
  const tag = to.tag === undefined ? {} : { tag: to.tag };
  // The labels of the good image are known where it is the one that was replaced.
  const version = from.digest === good ? from : {};
  return { container, image, from: to, to: { ...version, ...tag, digest: good } };
}
