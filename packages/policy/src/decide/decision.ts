import type { Digest, ImageReference } from '@keelson/image';
import type { PolicyCode } from '../policies/policy.ts';

/** One followed container: what the manifest names, what the cluster runs, what Keelson recorded. */
export interface ContainerFacts {
  readonly name: string;
  readonly reference: ImageReference;
  /** The digest that the live object itself carries for this image: a pin in the image, or Keelson's template annotation. */
  readonly pinned?: Digest;
  /** The last digest that Keelson wrote or found for this container and this tag (from Redis; absent when never or lost). */
  readonly rolledOut?: Digest;
  /** Whether Keelson wrote `rolledOut` itself; else it is what was found when the workload was first checked. */
  readonly written?: boolean;
  /** Why no new digest can reach the pods of this container, whatever is written. */
  readonly fixed?: 'pinned-by-digest' | 'image-never-pulled';
  /** Digests that the current revision's running pods report, each once. Empty: no pod runs. */
  readonly running: readonly Digest[];
  /** Whether what runs is left to others: to a rollout that is open, which compares it itself, or to whoever keeps reverting. */
  readonly unsettled?: boolean;
  /** Quarantined digests: this workload is not offered them again (law 7). A sentence each says why. */
  readonly quarantined?: readonly { readonly digest: Digest; readonly message: string }[];
  /** Why nothing new is rolled out to this workload, in a sentence that says what ends it. */
  readonly hold?: { readonly message: string };
}

/** What the registry says now about the tag of one container. */
export interface Observation {
  readonly digest: Digest;
  /**
   * Every digest under which a pod may report this image: the index, its platform manifests, their configs; and of those in `running` the ones that
   * cannot be distinguished from it. Needed only where `running` has to be compared.
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
  | PolicyCode
  | 'not-managed'
  /** The manifest names a digest, and no tag beside it or nothing that replaces it. */
  | 'pinned-by-digest'
  /** A newer digest is there, and the pull policy of the container is Never. */
  | 'image-never-pulled'
  | 'new-digest'
  | 'pushed-while-away'
  /** Pods started with another digest than the one that was rolled out, from a node or a mirror that keeps an older one under the tag. */
  | 'running-another-digest'
  | 'up-to-date'
  | 'already-running'
  | 'nothing-runs'
  | 'reverted-by-someone'
  /** The digest failed here before, or a person quarantined it. */
  | 'quarantined'
  /** A newer digest is there, and the workload is on hold. */
  | 'on-hold'
  | 'related-digests-needed';

/** What is to be done for one container, and why (law 11). */
export interface Decision {
  readonly container: string;
  /**
   * `roll-out`: move the container as `move` says. `adopt`: record that this digest runs, without touching the workload.
   * `need-related-digests`: decide again with `relatedDigests` in the observation.
   */
  readonly action: 'roll-out' | 'adopt' | 'none' | 'need-related-digests';
  readonly code: DecisionCode;
  /** One sentence for people, with the short digests in it. */
  readonly message: string;
  readonly move?: Move;
}
