import type { Schedule } from '@keelson/core';
import { DEFAULT_SCHEDULE, readSchedule } from '../schedule/read-schedule.ts';
import type { Intent, Warning } from '../types.ts';
import type { Setting, Settings } from './find-settings.ts';
import { findSettings } from './find-settings.ts';
import type { Metadata } from './metadata.ts';
import { readEntries } from './metadata.ts';
import { asksForApproval, notYetKeys } from './not-yet.ts';
import { readDeadline, readFluxHold, readSoak } from './read-durations.ts';
import { readPolicy } from './read-policy.ts';
import { readRollback } from './read-rollback.ts';
import { readTrigger } from './read-trigger.ts';
import { readFlag, readNames, readSecretName } from './read-values.ts';
import type { Reading } from './reading.ts';
import { unknownKeys } from './unknown-keys.ts';

/**
 * What a workload's annotations and labels ask for. Never throws: whatever cannot be read becomes a warning that says what is used instead,
 * so that one workload's mistake stays its own.
 */
export function readIntent(metadata: Metadata): Intent {
  const entries = readEntries(metadata);
  const { settings, warnings } = findSettings(entries);
  const matchTag = readFlag(settings.get('matchTag'));
  const policy = readPolicy(settings.get('policy'), matchTag.value, asksForApproval(entries));
  const trigger = readTrigger(settings.get('trigger'), settings.get('policy'));
  const schedule = scheduleOf(settings.get('pollSchedule'));
  const containers = readNames(settings.get('containers'));
  const initContainers = readFlag(settings.get('initContainers'));
  const pullSecret = readSecretName(settings.get('pullSecret'));
  const deadline = readDeadline(settings.get('deadline'));
  const soak = readSoak(settings.get('soak'));
  const rollback = readRollback(settings.get('rollback'));
  const fluxHold = readFluxHold(settings.get('fluxHold'));
  const choices = [policy, matchTag, trigger, schedule, containers, initContainers, pullSecret];
  const readings = [...choices, deadline, soak, rollback, fluxHold];
  return {
    managed: policy.managed,
    policy: policy.policy,
    trigger: trigger.trigger,
    schedule: schedule.value,
    containers: containers.value,
    initContainers: initContainers.value,
    ...(pullSecret.value !== undefined && { pullSecret: pullSecret.value }),
    ...(deadline.value !== undefined && { deadlineSeconds: deadline.value }),
    ...(soak.value !== undefined && { soakSeconds: soak.value }),
    rollback: rollback.value,
    ...(fluxHold.value !== undefined && { fluxHoldSeconds: fluxHold.value }),
    warnings: [
      ...readings.flatMap((reading) => reading.warnings),
      ...ineffective(settings, trigger.trigger),
      ...warnings,
      ...notYetKeys(entries),
      ...unknownKeys(entries),
    ],
  };
}

function scheduleOf(setting: Setting | undefined): Reading<Schedule> {
  if (!setting) return { value: DEFAULT_SCHEDULE, warnings: [] };
  const { key, value } = setting;
  const { schedule, problem } = readSchedule(value);
  return {
    value: schedule,
    warnings: problem ? [{ code: problem.code, key, message: `${key}: ${problem.message}.` }] : [],
  };
}

/** Keys that are read and still do nothing, because another one is missing. */
function ineffective(settings: Settings, trigger: Intent['trigger']): readonly Warning[] {
  const [first] = settings.values();
  if (first && !settings.has('policy')) {
    const message = `${first.key} has no effect without a policy: Keelson leaves the workload alone until keelson.sh/policy or keel.sh/policy is set.`;
    return [{ code: 'ineffective-annotation', key: first.key, message }];
  }
  const schedule = settings.get('pollSchedule');
  if (!schedule || trigger === 'poll' || settings.has('trigger')) return [];
  const prefix = schedule.own ? 'keelson.sh' : 'keel.sh';
  const message = `${schedule.key} has no effect without ${prefix}/trigger: poll; until then Keelson looks only when a webhook or a person asks.`;
  return [{ code: 'ineffective-annotation', key: schedule.key, message }];
}
