import { whyNotFollowed } from '../policies/policies.ts';
import type { Warning } from '../warning.ts';
import type { Intent } from './intent.ts';
import { readPolicy } from './read-policy.ts';
import {
  readDeadline,
  readFlag,
  readFluxHold,
  readLogs,
  readNames,
  readPollSchedule,
  readRollback,
  readSecretName,
  readSoak,
  readTrigger,
} from './read-values.ts';
import type { Metadata, Settings } from './settings.ts';
import { findSettings, readEntries } from './settings.ts';
import { unknownKeys } from './unknown-keys.ts';
import { requestsApproval, unsupportedKeys } from './unsupported-keys.ts';

/**
 * What the annotations and labels of a workload request. Never throws: an unreadable value becomes a warning that says what is used instead,
 * so that one workload's mistake affects no other.
 */
export function readIntent(metadata: Metadata): Intent {
  const entries = readEntries(metadata);
  const { settings, warnings } = findSettings(entries);
  const matchTag = readFlag(settings.get('matchTag'));
  const policy = readPolicy(settings.get('policy'), matchTag.value, requestsApproval(entries));
  const trigger = readTrigger(settings.get('trigger'), settings.get('policy'));
  const schedule = readPollSchedule(settings.get('pollSchedule'));
  const containers = readNames(settings.get('containers'));
  const initContainers = readFlag(settings.get('initContainers'));
  const pullSecret = readSecretName(settings.get('pullSecret'));
  const deadline = readDeadline(settings.get('deadline'));
  const soak = readSoak(settings.get('soak'));
  const rollback = readRollback(settings.get('rollback'));
  const fluxHold = readFluxHold(settings.get('fluxHold'));
  const logs = readLogs(settings.get('logs'));
  const choices = [policy, matchTag, trigger, schedule, containers, initContainers, pullSecret];
  const readings = [...choices, deadline, soak, rollback, fluxHold, logs];
  return {
    managed: policy.managed,
    policy: policy.policy,
    trigger: trigger.value,
    schedule: schedule.value,
    containers: containers.value,
    initContainers: initContainers.value,
    ...(pullSecret.value !== undefined && { pullSecret: pullSecret.value }),
    ...(deadline.value !== undefined && { deadlineSeconds: deadline.value }),
    ...(soak.value !== undefined && { soakSeconds: soak.value }),
    rollback: rollback.value,
    ...(fluxHold.value !== undefined && { fluxHoldSeconds: fluxHold.value }),
    logs: logs.value,
    warnings: [
      ...readings.flatMap((reading) => reading.warnings),
      ...ineffective(settings, trigger.value),
      ...warnings,
      ...unsupportedKeys(entries),
      ...unknownKeys(entries),
    ],
  };
}

/** A warning for a key that has no effect because another one is missing. */
function ineffective(settings: Settings, trigger: Intent['trigger']): readonly Warning[] {
  const [first] = settings.values();
  if (first && !settings.has('policy')) {
    const message = `${first.key} has no effect without a policy: Keelson leaves the workload alone until keelson.sh/policy or keel.sh/policy is set.`;
    return [{ code: 'ineffective-annotation', key: first.key, message }];
  }
  const schedule = settings.get('pollSchedule');
  if (!schedule || trigger === 'poll' || settings.has('trigger')) return [];
  const prefix = schedule.own ? 'keelson.sh' : 'keel.sh';
  const message = `${schedule.key} has no effect without ${prefix}/trigger: poll; until then Keelson checks only when a webhook is received or a user requests it.`;
  return [{ code: 'ineffective-annotation', key: schedule.key, message }];
}

/** Whether a workload is checked and updated: it is managed, and its policy is one that Keelson runs. */
export function isFollowed({ managed, policy }: Pick<Intent, 'managed' | 'policy'>): boolean {
  return managed && whyNotFollowed(policy) === undefined;
}
