import type { ImageReference } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { CheckedContainer, LintedWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';
import { keelSeverity } from './rule.ts';

interface Followed extends CheckedContainer {
  readonly workload: LintedWorkload;
  readonly reference: ImageReference;
}

/**
 * What the post means by "both deployments would race": with `force` and no match-tag, Keel updates a workload to whatever tag of its
 * repository was pushed last. And two workloads on the very same tag, which one push changes both.
 */
export const races: Rule = ({ workloads }, options) => {
  const followed = workloads.filter((one) => one.followed).flatMap(followedOf);
  const severity = keelSeverity(options);
  return followed.flatMap((one) => [
    ...(severity === undefined ? [] : withoutMatchTag(one, followed, severity === 'warning' ? 'error' : 'warning')),
    ...sharedTag(one, followed),
  ]);
};

function followedOf(workload: LintedWorkload): readonly Followed[] {
  return workload.containers.flatMap((container) => {
    const { reference } = container;
    return container.followed && reference !== undefined ? [{ ...container, reference, workload }] : [];
  });
}

function withoutMatchTag(one: Followed, all: readonly Followed[], severity: 'error' | 'warning'): readonly Finding[] {
  const { intent, thing, annotations, labels } = one.workload;
  // Under keelson.sh/policy Keel does nothing, and Keelson never leaves the tag.
  if (intent.policy.type !== 'force' || intent.policy.matchTag || !hasKeelPolicy(annotations, labels)) return [];
  const other = all.find(
    ({ reference, workload }) =>
      workload !== one.workload &&
      repositoryOf(reference) === repositoryOf(one.reference) &&
      reference.tag !== one.reference.tag,
  );
  if (!other) return [];
  return [
    finding(
      'races-for-tags',
      severity,
      thing.origin.place([...one.path, 'image']),
      `${describe(thing)} (tag "${one.reference.tag}") and ${describe(other.workload.thing)} (tag "${other.reference.tag}") follow one repository, and this one has no match-tag: under Keel a push of either tag goes to it.`,
      'Add keel.sh/match-tag: "true" to both.',
    ),
  ];
}

function hasKeelPolicy(...maps: readonly Readonly<Record<string, string>>[]): boolean {
  return maps.some((map) => 'keel.sh/policy' in map) && !maps.some((map) => 'keelson.sh/policy' in map);
}

/** Of two kinds they belong together (an app and its CronJob); of one kind and on one tag, staging is no rehearsal. */
function sharedTag(one: Followed, all: readonly Followed[]): readonly Finding[] {
  const { thing } = one.workload;
  const earlier = all.slice(0, all.indexOf(one)).find(({ workload: { thing: other }, reference }) => {
    const same = repositoryOf(reference) === repositoryOf(one.reference) && reference.tag === one.reference.tag;
    const elsewhere = other.name !== thing.name || other.namespace !== thing.namespace;
    return same && other.kind === thing.kind && elsewhere;
  });
  if (!earlier) return [];
  return [
    finding(
      'shared-tag',
      'info',
      thing.origin.place([...one.path, 'image']),
      `${describe(thing)} and ${describe(earlier.workload.thing)} follow the same tag, ${repositoryOf(one.reference)}:${one.reference.tag}: one push changes both at once.`,
      'Nothing, if that is meant; an environment that comes first needs a tag of its own, such as :dev-staging.',
    ),
  ];
}
