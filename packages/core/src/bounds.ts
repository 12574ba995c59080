/**
 * What comes from outside is cut, refused or made to wait at these bounds, where it comes in (law 17). Each says what one namespace, registry or
 * sender could do without it. The test of bounds feeds ten times of each through a worker and the API.
 */
export const bounds = {
  /** Characters of an image's label: whoever builds the image chooses it, and each rollout keeps four. */
  labelChars: 256,
  /** Pull secrets of one workload that are read, in the kubelet's order: a ServiceAccount may name as many as fit into it, each a request. */
  pullSecrets: 20,
  /** Bytes of a pull secret. A Secret may have a mebibyte, and is kept in memory; a docker config has some hundred bytes for each registry. */
  pullSecretBytes: 32 * 1024,
  /** Secrets and ServiceAccounts that a worker keeps, those used last. */
  secretsKept: 1_000,
  /** Characters of a pattern in an annotation. */
  patternChars: 500,
  /** Steps of a pattern with its counted repetitions written out: at 200,000 it took a second and 200 MB, for every workload that has it. */
  patternSteps: 1_000,
  /** Characters of what a pattern is matched with: names of containers have 63, tags 128. */
  patternTextChars: 512,
  /** Patterns that are kept compiled, and their steps together. */
  patternsKept: 500,
  patternStepsKept: 100_000,
  /** What the automaton of one pattern keeps of the texts that it has seen. */
  patternBytes: 64 * 1024,
  /** Characters of a poll schedule. */
  scheduleChars: 200,
  /** Poll schedules that are kept as they were read: one that never fires takes milliseconds to find out. */
  schedulesKept: 5_000,
  /** Containers of one workload that are followed: each costs a request at each check, and a part of each rollout. */
  containers: 32,
  /** Characters of a message that is kept: it may quote a pod, a registry, a client or an annotation. */
  messageChars: 1_000,
  /** Characters of an event's message: all namespaces share one stream. */
  eventChars: 400,
  /** Events that the stream keeps, about. */
  events: 10_000,
  /** Characters of a container's log that a failed rollout keeps, from its end. */
  logChars: 4_000,
  /** Steps of one rollout that are kept: a workload may be scaled or changed for weeks while it is verified. */
  steps: 80,
  /** Bytes of one rollout in Redis, before it is deflated: a workload keeps 100 of them. */
  rolloutBytes: 32_000,
  /** Bytes of any other record of a workload in Redis. */
  recordBytes: 256_000,
  /** Digests in the quarantine of one workload. */
  quarantined: 20,
  /** Containers whose digests are kept for one workload, those that it has no longer included: they may be renamed at each change. */
  digestRecords: 64,
  /** Flux objects that reconciled a workload before, and where entries may be left. */
  leftOwners: 10,
  /** Workloads of one namespace that were deleted and whose history is kept: they may be created and deleted under new names without end. */
  removedWorkloads: 100,
} as const;

export type Bound = keyof typeof bounds;
