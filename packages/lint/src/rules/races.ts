import type { ImageReference } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { LintedContainer, LintedWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';
import { keelSeverity } from './rule.ts';

interface Followed extends LintedContainer {
  readonly workload: LintedWorkload;
  readonly reference: ImageReference;
}

/**
 * Workloads that race for tags: with `force` and no match-tag, Keel updates a workload to whatever tag of its repository was pushed last.
 * And workloads on the same tag, which one push changes together.
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
  const { intent, object, annotations, labels } = one.workload;
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
      object.origin.location([...one.path, 'image']),
      `${describe(object)} (tag "${one.reference.tag}") and ${describe(other.workload.object)} (tag "${other.reference.tag}") follow one repository, and this one has no match-tag: Keel would roll a push of either tag out to it.`,
      'Add keel.sh/match-tag: "true" to both.',
    ),
  ];
}

function hasKeelPolicy(...maps: readonly Readonly<Record<string, string>>[]): boolean {
  return maps.some((map) => 'keel.sh/policy' in map) && !maps.some((map) => 'keelson.sh/policy' in map);
}

/** Two kinds on one tag belong together (an app and its CronJob); two workloads of one kind on one tag leave nothing to try out first. */
function sharedTag(one: Followed, all: readonly Followed[]): readonly Finding[] {
  const { object } = one.workload;
  const earlier = all.slice(0, all.indexOf(one)).find(({ workload: { object: other }, reference }) => {
    const same = repositoryOf(reference) === repositoryOf(one.reference) && reference.tag === one.reference.tag;
    const elsewhere = other.name !== object.name || other.namespace !== object.namespace;
    return same && other.kind === object.kind && elsewhere;
  });
  if (!earlier) return [];
  return [
    finding(
      'shared-tag',
      'info',
      object.origin.location([...one.path, 'image']),
      `${describe(object)} and ${describe(earlier.workload.object)} follow the same tag, ${repositoryOf(one.reference)}:${one.reference.tag}: one push changes both at once.`,
      'Nothing, if that is intended; an environment for trying out needs a tag of its own, such as :dev-staging.',
    ),
  ];
}
