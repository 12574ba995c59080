import { finding } from '../finding.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Rule } from './rule.ts';
import { keelSeverity } from './rule.ts';

interface Difference {
  readonly map: 'annotations' | 'labels';
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}

/** Settings that Keel ignores or reads differently from Keelson: for users who run Keel, or migrate from it. */
export const keelDiffers: Rule = ({ workloads }, options) => {
  const severity = keelSeverity(options);
  if (severity === undefined) return [];
  return workloads
    .filter(({ followed }) => followed)
    .flatMap((workload) =>
      differences(workload).map(({ map, key, message, remedy }) =>
        finding(
          'keel-differs',
          severity,
          workload.object.origin.location(['metadata', map, key], 'key'),
          message,
          remedy,
        ),
      ),
    );
};

function differences({ annotations, labels }: LintedWorkload): readonly Difference[] {
  const found: Difference[] = [];
  const add = (map: Difference['map'], key: string, message: string, remedy: string) => {
    if (key in { annotations, labels }[map]) found.push({ map, key, message, remedy });
  };
  const misspelt = 'Keel silently ignores keel.sh/poll-schedule and polls at its default interval; Keelson follows it.';
  const schedule = annotations['keel.sh/pollSchedule'];
  if (schedule === undefined) {
    for (const map of ['annotations', 'labels'] as const) {
      add(map, 'keel.sh/poll-schedule', misspelt, 'Write keel.sh/pollSchedule, which both read.');
    }
  }
  add(
    'labels',
    'keel.sh/pollSchedule',
    'Keel does not read a schedule from a label; Keelson does.',
    'Write it as an annotation.',
  );
  if (schedule?.trim() === '') {
    add(
      'annotations',
      'keel.sh/pollSchedule',
      'Keel exits at an empty schedule, and again after each restart.',
      'Remove it, or write "@every 1m".',
    );
  } else if (schedule !== undefined && /^[^@\s]\S*(?:\s+\S+){4}$/.test(schedule.trim())) {
    add(
      'annotations',
      'keel.sh/pollSchedule',
      `Keel reads the first of five fields as seconds, so ${JSON.stringify(schedule)} runs at other times than in Keelson, which reads it as cron.`,
      `Write six fields for both: "0 ${schedule.trim()}".`,
    );
  }
  const policyMap = 'keel.sh/policy' in annotations || 'keel.observer/policy' in annotations ? 'labels' : 'annotations';
  const policyHome = policyMap === 'labels' ? 'annotation' : 'label';
  if ('keel.sh/policy' in annotations || 'keel.sh/policy' in labels) {
    for (const key of ['keel.sh/matchTag', 'keel.sh/match-tag']) {
      add(
        policyMap,
        key,
        `Keel reads match-tag only beside the policy, which is ${policyHome === 'annotation' ? 'an annotation' : 'a label'} here, so it follows every tag.`,
        `Write ${key} as ${policyHome === 'annotation' ? 'an annotation' : 'a label'}, too.`,
      );
    }
  }
  add(
    'labels',
    'keel.sh/initContainers',
    'Keel polls for init containers because of this label, but updates them only because of an annotation.',
    'Write it as an annotation.',
  );
  return found;
}
