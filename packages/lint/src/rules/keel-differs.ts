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

/** What Keelson follows and Keel does not, or reads otherwise: for those who run Keel, or move from it. */
export const keelDiffers: Rule = ({ workloads }, options) => {
  const severity = keelSeverity(options);
  if (severity === undefined) return [];
  return workloads
    .filter(({ followed }) => followed)
    .flatMap((workload) =>
      differences(workload).map(({ map, key, message, remedy }) =>
        finding('keel-differs', severity, workload.thing.origin.place(['metadata', map, key], 'key'), message, remedy),
      ),
    );
};

function differences({ annotations, labels }: LintedWorkload): readonly Difference[] {
  const found: Difference[] = [];
  const say = (map: Difference['map'], key: string, message: string, remedy: string) => {
    if (key in { annotations, labels }[map]) found.push({ map, key, message, remedy });
  };
  const misspelt =
    'Keel ignores keel.sh/poll-schedule without a word and polls by its own default; Keelson follows it.';
  const schedule = annotations['keel.sh/pollSchedule'];
  if (schedule === undefined) {
    for (const map of ['annotations', 'labels'] as const) {
      say(map, 'keel.sh/poll-schedule', misspelt, 'Write keel.sh/pollSchedule, which both read.');
    }
  }
  say(
    'labels',
    'keel.sh/pollSchedule',
    'Keel reads no schedule from a label; Keelson does.',
    'Write it as an annotation.',
  );
  if (schedule?.trim() === '') {
    say(
      'annotations',
      'keel.sh/pollSchedule',
      'Keel ends at an empty schedule, and again after each restart.',
      'Remove it, or write "@every 1m".',
    );
  } else if (schedule !== undefined && /^[^@\s]\S*(?:\s+\S+){4}$/.test(schedule.trim())) {
    say(
      'annotations',
      'keel.sh/pollSchedule',
      `Keel takes the first of five fields for seconds, so ${JSON.stringify(schedule)} runs at other times there than in Keelson, which reads it as cron.`,
      `Write six fields for both: "0 ${schedule.trim()}".`,
    );
  }
  const policyMap = 'keel.sh/policy' in annotations || 'keel.observer/policy' in annotations ? 'labels' : 'annotations';
  const policyHome = policyMap === 'labels' ? 'annotation' : 'label';
  if ('keel.sh/policy' in annotations || 'keel.sh/policy' in labels) {
    for (const key of ['keel.sh/matchTag', 'keel.sh/match-tag']) {
      say(
        policyMap,
        key,
        `Keel reads match-tag only where the policy stands, which is an ${policyHome === 'annotation' ? 'annotation' : 'entry among the labels'} here, so it follows every tag.`,
        `Write ${key} as ${policyHome === 'annotation' ? 'an annotation' : 'a label'}, too.`,
      );
    }
  }
  say(
    'labels',
    'keel.sh/initContainers',
    'Keel polls for init containers because of this label, and updates them only because of an annotation.',
    'Write it as an annotation.',
  );
  return found;
}
