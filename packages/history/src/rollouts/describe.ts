import { shortDigest } from '@keelson/image';
import type { Rollout } from './types.ts';

/** What a rollout does or did, as checks and workloads show it. */
export interface RolloutDescription {
  readonly code: string;
  readonly message: string;
  /** The message without the reason, for a text that has the reason already. */
  readonly brief: string;
}

/**
 * Describes the state that a rollout has reached, in words that are true from that moment on.
 *
 * @param container Only this container's digest. @default all
 */
export function describeRollout(rollout: Rollout, container?: string): RolloutDescription {
  const { id, kind, state, changes, transitions } = rollout;
  const named = changes.filter((change) => container === undefined || change.container === container);
  const digests = [...new Set(named.map(({ to }) => shortDigest(to.digest)))];
  const what = digests.join(' and ');
  const [is, was] = digests.length > 1 ? ['are', 'were'] : ['is', 'was'];
  const last = transitions.at(-1)?.message;

  const forward = state === 'pending' || state === 'verifying' || state === 'succeeded';
  if (kind === 'rollback' && forward) {
    const done = state === 'succeeded';
    const brief = `${what} ${done ? was : `${is} being`} rolled back to by rollout ${id}`;
    return withReason(done ? 'rolled-back' : 'rolling-back', brief, rollout.message);
  }
  const name = `${kind === 'rollback' ? 'Rollback' : 'Rollout'} ${id} to ${what}`;
  switch (state) {
    case 'pending':
      return withReason('waiting-to-write', `${what} ${is} to be written by rollout ${id}`, last, '.');
    case 'verifying':
      return withReason('rolling-out', `${what} ${is} being rolled out by rollout ${id}`, undefined);
    case 'unproven':
      return withReason('unproven', `${what} ${was} written by rollout ${id}, and is not proven`, last, '.');
    case 'succeeded':
      return withReason('rolled-out', `${what} ${was} rolled out by rollout ${id}`, last, '.');
    case 'failed':
      return withReason(kind === 'rollback' ? 'rollback-failed' : 'rollout-failed', `${name} failed`, last);
    case 'cancelled':
      return withReason('rollout-cancelled', `${name} was cancelled`, last);
    case 'superseded':
      return withReason('rollout-superseded', `${name} was superseded by a newer one`, undefined);
  }
}

function withReason(code: string, text: string, reason: string | undefined, joint = ':'): RolloutDescription {
  const brief = `${text}.`;
  return { code, brief, message: reason === undefined ? brief : `${text}${joint} ${reason}` };
}
