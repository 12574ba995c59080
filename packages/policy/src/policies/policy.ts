import type { Setting } from '../intent/settings.ts';
import type { Warning } from '../warning.ts';

/**
 * The one list of policies: each type with what it keeps of the manifest. Whoever adds a type here has to define it in `policies.ts`
 * (a file of its own beside this one); its words, its texts, its codes and its row in docs/annotations.md follow from that definition.
 */
export interface PolicyOptions {
  readonly force: { readonly matchTag: boolean };
  readonly never: object;
  /** `name`: as the manifest writes it. */
  readonly unsupported: { readonly name: string };
}

export type PolicyType = keyof PolicyOptions;

export type PolicyOf<Type extends PolicyType> = { readonly type: Type } & PolicyOptions[Type];

/** The policy that a workload's annotation requests. Plain data. */
export type Policy = { readonly [Type in PolicyType]: PolicyOf<Type> }[PolicyType];

/** Everything that Keelson knows of one type of policy. Each type has a file that exports one of these. */
export interface PolicyDefinition<Type extends PolicyType> {
  /** How manifests name it. A word that ends in a colon is followed by a pattern: `glob:`. No two definitions share a word. */
  readonly words: readonly string[];
  /** Its row in the table of docs/annotations.md, in Markdown: what it does. */
  readonly docs: string;
  /** Reads a setting that begins with one of the words. Never throws: what its author may not expect becomes a warning. */
  read(setting: Setting, options: { readonly matchTag: boolean }): PolicyReading<Type>;
  /** The policy for people, as records and the API show it: `force, match-tag`. */
  text(policy: PolicyOf<Type>): string;
  /**
   * Why nothing is rolled out under this policy whatever was pushed: the end of a sentence that begins with the image and its digest. Absent:
   * its workloads are followed, which means polled and updated to the digest of the tag in the manifest.
   */
  notFollowed?(policy: PolicyOf<Type>): string;
}

export interface PolicyReading<Type extends PolicyType = PolicyType> {
  readonly policy: { readonly [T in Type]: PolicyOf<T> }[Type];
  readonly warnings: readonly Warning[];
}

/** The code of a decision that leaves a container alone because of its policy. */
export type PolicyCode = `policy-${PolicyType}`;
