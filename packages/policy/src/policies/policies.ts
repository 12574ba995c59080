import type { Setting } from '../intent/settings.ts';
import { force } from './force.ts';
import { never } from './never.ts';
import type { Policy, PolicyCode, PolicyDefinition, PolicyOf, PolicyReading, PolicyType } from './policy.ts';
import { unsupported } from './unsupported.ts';

/** Every policy by its type. This does not compile while a type of `PolicyOptions` has no definition. */
export const policies = { force, never, unsupported } as const satisfies Definitions;

type Definitions = { readonly [Type in PolicyType]: PolicyDefinition<Type> };

/** Every word that names a policy; one that ends in a colon is followed by a pattern. */
export const policyWords: readonly string[] = Object.values(policies).flatMap(({ words }) => words);

/** Reads a policy setting by the word that it begins with; undefined where no policy has that word. */
export function readKnownPolicy(setting: Setting, options: { readonly matchTag: boolean }): PolicyReading | undefined {
  const { value } = setting;
  const isNamed = (word: string) => (word.endsWith(':') ? value.startsWith(word) : value === word);
  return Object.values(policies)
    .find(({ words }) => words.some(isNamed))
    ?.read(setting, options);
}

/** The policy for people: `force, match-tag`, `minor (unsupported)`. */
export function policyText(policy: Policy): string {
  return definitionOf(policy).text(policy);
}

/** Why nothing is rolled out under this policy, with the code of that decision; undefined where its workloads are followed. */
export function whyNotFollowed(policy: Policy): { readonly code: PolicyCode; readonly why: string } | undefined {
  const why = definitionOf(policy).notFollowed?.(policy);
  return why === undefined ? undefined : { code: `policy-${policy.type}`, why };
}

function definitionOf<Type extends PolicyType>({ type }: PolicyOf<Type>): PolicyDefinition<Type> {
  const definitions: Definitions = policies;
  return definitions[type];
}
