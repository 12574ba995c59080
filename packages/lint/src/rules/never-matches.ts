import { readPattern } from '@keelson/policy';
import { escapePattern } from '../escape-pattern.ts';
import { finding } from '../finding.ts';
import { policyFacts } from '../model/policy-facts.ts';
import { isRetagged } from '../model/retagged.ts';
import { isVersion } from '../model/tags.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Rule } from './rule.ts';

const byVersion = /^(?:all|major|minor|patch|semver:.*)$/;

interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly remedy: string;
}

/** Policies that choose among tags, and cannot work with the tag in the manifest. */
export const neverMatches: Rule = (subject) =>
  subject.workloads.flatMap((workload) => {
    const written = policyOf(workload);
    if (!written) return [];
    const { map, key, policy } = written;
    const tags = workload.containers.flatMap((container) => {
      const { followed, reference } = container;
      if (!followed || reference?.tag === undefined) return [];
      return isRetagged(subject, workload, container) ? [] : [reference.tag];
    });
    const own = tags.map((tag) => problem(policy, tag)).find((one) => one !== undefined);
    const found = [own, matchTagIdle(workload, policy)].filter((one) => one !== undefined);
    return found.map(({ code, severity, message, remedy }) =>
      finding(code, severity, workload.object.origin.location(['metadata', map, key]), message, remedy),
    );
  });

function policyOf({ annotations, labels, followed }: LintedWorkload) {
  if (!followed) return undefined;
  for (const key of ['keelson.sh/policy', 'keel.sh/policy', 'keel.observer/policy']) {
    for (const [map, values] of [
      ['annotations', annotations],
      ['labels', labels],
    ] as const) {
      const policy = values[key]?.trim();
      if (policy) return { map, key, policy };
    }
  }
  return undefined;
}

function problem(policy: string, tag: string): Problem | undefined {
  if (byVersion.test(policy)) return byVersionProblem(policy, tag);
  const [, kind, pattern = ''] = /^(glob|regexp):(.*)$/s.exec(policy) ?? [];
  if (kind === undefined) return undefined;
  const matches = kind === 'glob' ? globTest(pattern) : patternTest(pattern);
  if (matches === undefined) {
    return {
      code: 'policy-unreadable',
      severity: 'error',
      message: `The policy ${JSON.stringify(policy)} cannot be read, so no tag matches.`,
      remedy:
        kind === 'glob'
          ? 'Write a pattern with * and no colon: glob:release-*'
          : 'Write a regular expression of RE2: without lookahead and back-references.',
    };
  }
  if (matches(tag)) return undefined;
  return {
    code: 'policy-misses-own-tag',
    severity: 'warning',
    message: `The policy ${JSON.stringify(policy)} does not match "${tag}", the tag in the manifest itself, so a push to that tag is never rolled out.`,
    remedy: `Name a tag that it matches, or follow "${tag}" with policy force and match-tag.`,
  };
}

function byVersionProblem(policy: string, tag: string): Problem | undefined {
  if (isVersion(tag)) return undefined;
  if (tag === 'latest') {
    return {
      code: 'policy-leaves-tag',
      severity: 'warning',
      message: `The policy ${JSON.stringify(policy)} compares versions, and "latest" is not a version: Keel considers any version newer and leaves the tag for good.`,
      remedy: 'Follow the tag with policy force and match-tag: "true", or name a version.',
    };
  }
  return {
    code: 'policy-never-matches',
    severity: 'error',
    message: `The policy ${JSON.stringify(policy)} compares versions, and the tag "${tag}" is not a version, so no tag is ever newer.`,
    remedy: 'Name a version such as 1.2.3, or follow the tag with policy force and match-tag: "true".',
  };
}

function matchTagIdle({ intent, annotations, labels }: LintedWorkload, policy: string): Problem | undefined {
  if (policy === 'force' || policyFacts[intent.policy.type].readsMatchTag) return undefined;
  const key = ['keel.sh/matchTag', 'keel.sh/match-tag', 'keelson.sh/match-tag', 'keelson.sh/matchTag'].find(
    (one) => (annotations[one] ?? labels[one])?.trim() === 'true',
  );
  if (key === undefined) return undefined;
  return {
    code: 'match-tag-idle',
    severity: 'warning',
    message: `${key} has an effect with policy force only, and the policy here is ${JSON.stringify(policy)}.`,
    remedy: 'Remove it, or write policy force.',
  };
}

/** Keel's globs support only `*`; with a second colon it is not a policy. */
function globTest(pattern: string): ((tag: string) => boolean) | undefined {
  if (pattern.includes(':')) return undefined;
  // One star says what many say.
  const parts = pattern.split(/\*+/).map((part) => escapePattern(part));
  return pattern === '' ? undefined : patternTest(`(?s)^${parts.join('.*')}$`);
}

function patternTest(text: string): ((tag: string) => boolean) | undefined {
  const { pattern } = readPattern(text);
  return text === '' || pattern === undefined ? undefined : (tag) => pattern.test(tag);
}
