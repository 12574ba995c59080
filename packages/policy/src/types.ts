import type { Schedule } from '@keelson/core';
import type { Digest, ImageReference } from '@keelson/image';

/** Something in the manifest that does not do what its author expects. Never stops a workload, always shown. */
export interface Warning {
  /** Stable code, kebab-case: `unknown-annotation`, `unreadable-schedule`, `ineffective-annotation` … */
  readonly code: string;
  /** The annotation or label key that it is about. */
  readonly key?: string;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
}

export type Policy =
  /** Follow the digest of the tag that the manifest names. */
  | { readonly type: 'force'; readonly matchTag: boolean }
  | { readonly type: 'never' }
  /** Known to Keel or to us, and not built yet: watched, shown, never updated. */
  | { readonly type: 'unsupported'; readonly name: string };

/** A pattern that a manifest brings. Runs in linear time, since nobody vouches for it: never a JavaScript regular expression. */
export interface NamePattern {
  /** True where any part of the name matches, as Go's MatchString. */
  test(name: string): boolean;
}

/** What a workload's annotations ask for. Read by `readIntent`; never throws. */
export interface Intent {
  /** False when no policy is named: Keelson leaves the workload alone. */
  readonly managed: boolean;
  readonly policy: Policy;
  /** `poll` has a schedule; `hint` is looked at only when a webhook or a person asks (Keel's default trigger). */
  readonly trigger: 'poll' | 'webhook';
  readonly schedule: Schedule;
  /** Containers to follow, by name (`keel.sh/monitorContainers`). @default all */
  readonly containers: NamePattern;
  /** Whether init containers are followed too. @default false */
  readonly initContainers: boolean;
  /** A Secret named for pulling, tried before the pod's own (`keel.sh/imagePullSecret`). */
  readonly pullSecret?: string;
  /** How long a rollout may take, in seconds; absent: the workload's own progress deadline. */
  readonly deadlineSeconds?: number;
  /** How long a complete rollout is watched before it counts as good, in seconds; 0: not at all; absent: Keelson's own setting. */
  readonly soakSeconds?: number;
  /**
   * What follows from a failed rollout. `auto`: the last good digest is put back. `hold`: nothing is put back, and nothing new is rolled out
   * until a person resumes. `off`: nothing is put back. The digest that failed is not offered again in any case.
   * Unreadable: `hold`. @default auto
   */
  readonly rollback: 'auto' | 'hold' | 'off';
  /** The last resort where Flux would undo a rollback: for how many seconds it may be told to leave the object alone. @default never */
  readonly fluxHoldSeconds?: number;
  readonly warnings: readonly Warning[];
}

/** One followed container: what git says, what the cluster carries, what was written down. */
export interface ContainerFacts {
  readonly name: string;
  /** The image exactly as in the pod template. */
  readonly image: string;
  readonly reference: ImageReference;
  /** The digest that the live object itself carries for this image: a pin in the image, or Keelson's template annotation. */
  readonly pinned?: Digest;
  /** The last digest that Keelson wrote for this container and this tag (from Redis; absent when never or lost). */
  readonly rolledOut?: Digest;
  /** Digests that the current revision's running pods report, each once. Empty: no pod runs. */
  readonly running: readonly Digest[];
  /** False while some pod of the current revision reports no image yet. */
  readonly runningComplete: boolean;
  /** Digests that this workload is not to be given again, and why, in a sentence each (law 7). */
  readonly quarantined?: readonly { readonly digest: Digest; readonly message: string }[];
  /** Why nothing new is rolled out to this workload, in a sentence that says what ends it. */
  readonly hold?: { readonly code: string; readonly message: string };
}

/** What the registry says about one container's tag now. */
export interface Observation {
  readonly digest: Digest;
  /**
   * Every digest under which this image may be reported as running: the index, its platform manifests, their configs.
   * Asked for only when `running` has to be compared.
   */
  readonly relatedDigests?: readonly Digest[];
}

/** One container that has to move. */
export interface Move {
  readonly container: string;
  readonly from?: Digest;
  readonly to: Digest;
}

export type DecisionCode =
  | 'not-managed'
  | 'policy-never'
  | 'policy-unsupported'
  | 'pinned-by-digest'
  | 'new-digest'
  | 'pushed-while-away'
  | 'up-to-date'
  | 'already-running'
  | 'nothing-runs'
  | 'reverted-by-someone'
  /** What was pushed failed here before, or a person does not want it. */
  | 'quarantined'
  /** Something newer is there, and the workload is held. */
  | 'on-hold'
  | 'related-digests-needed';

/** The outcome for one container, with its reason (law 11). */
export interface Decision {
  readonly container: string;
  /** `adopt`: write down that this digest is what runs, without touching the workload. */
  readonly action: 'roll-out' | 'adopt' | 'none' | 'need-related-digests';
  readonly code: DecisionCode;
  /** One sentence for people, with the short digests in it. */
  readonly message: string;
  readonly move?: Move;
}
