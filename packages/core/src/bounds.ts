/**
 * What comes from outside is cut, refused or made to wait at these bounds, where it comes in (law 17). Each says what one namespace, registry or
 * sender could do without it. The test of bounds feeds ten times of each through a worker and the API.
 */
export const bounds = {
  /** Characters of an image's label: whoever builds the image chooses it, and each rollout keeps four. */
  labelChars: 256,
  /** Pods that a Job lost, which are kept until it is removed: whoever may make pods makes and deletes any number that name it as their owner. */
  lostPods: 50,
  /** Pull secrets of one workload that are read, in the kubelet's order: a ServiceAccount may name as many as fit into it, each a request. */
  pullSecrets: 20,
  /** Bytes of a pull secret. A Secret may have a mebibyte, and is kept in memory; a docker config has some hundred bytes for each registry. */
  pullSecretBytes: 32 * 1024,
  /** Secrets and ServiceAccounts that a worker keeps, those used last. */
  secretsKept: 1_000,
  /** Objects of Flux whose status is kept, and as many workloads that none lists: labels may name any number. */
  ownersKept: 2_000,
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
  /** Warnings of one workload, and one more that counts the others. An object has room for 9,000 keys that mean nothing. */
  warnings: 20,
  /** Characters of the key that a warning names: Kubernetes allows 253, a slash and 63. */
  warningKeyChars: 320,
  /** The end of the year 9999 in milliseconds since the epoch: a Date ends later, and not every client reads more digits of a year. */
  latestTime: 253_402_300_799_999,
  /** Characters of the annotation `keelson.sh/state`, which whoever may edit the workload writes. */
  stateChars: 16 * 1024,
  /**
   * Bytes of one answer or watch event of the API server. etcd takes objects of 1.5 MB, which JSON may escape to six times that; a page of a list has 500,
   * and is requested in smaller ones where they are large.
   */
  kubeAnswerBytes: 16 * 1024 * 1024,
  /** Keys of one map of an object that begin with a prefix of Keelson's and mean nothing, which are kept for warnings; others are counted. */
  otherKeys: 100,
  /** Keys of one map of an object that are not Keelson's, which are kept, and characters of their values. */
  foreignKeys: 8,
  foreignChars: 256,
  /** Characters of an annotation that is read. */
  annotationChars: 4_096,
  /** Containers of one object that are kept, and as many init containers: it has room for 3,000. */
  containersKept: 64,
  /** Characters of an image that are kept: no reference that can be pulled has more. */
  imageChars: 1_024,
  /** Field managers of one field that are kept, the newest ones: whoever applies an object names itself. */
  writersKept: 10,
  /** Conditions of one object that are kept, and characters of a text in its status. */
  conditions: 32,
  statusChars: 4_096,
  /** Characters of registries.yaml: the parser takes minutes for 50,000 hosts. */
  registriesChars: 256 * 1024,
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
  /** Lines of a failed container's log that are read: the reason of a failure is at its end. */
  logLines: 20,
  /** Bytes of them: an image writes lines of any length. */
  logBytes: 64 * 1024,
  /** Characters of them that a failed rollout keeps, from their end. */
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
  /** Bytes of what a tag names, an index or a manifest. Real ones are below 100 KB; the 4 MiB that registries accept keep a worker busy for seconds. */
  manifestBytes: 1024 * 1024,
  /** Bytes of a manifest or index that an index names: a manifest of 127 layers, annotated, has 60 KB. */
  childManifestBytes: 256 * 1024,
  /** Bytes of an image's config: buildpacks keep their bills of materials in its labels. Past it the image has no labels. */
  imageConfigBytes: 512 * 1024,
  /** Bytes of everything that is read to describe one image. */
  imageBytes: 2 * 1024 * 1024,
  /** Values in a manifest, an index or a config: a million empty ones fit into 3 MB, and cost fifty times as much. */
  imageJsonValues: 50_000,
  /** Lists and objects within each other there, and in notifications: to parse a mebibyte of brackets takes half a second. */
  jsonDepth: 50,
  /** Entries that are read of an index, and manifests of all indexes of an image. */
  imageManifests: 1_000,
  /** Indexes that are read within an index: each one is a request. */
  imageIndexes: 8,
  /** Bytes of a body after which it stands in line: real manifests and configs are shorter. */
  shortBodyBytes: 128 * 1024,
  /** Longer bodies that are read at the same time, one of each namespace: a registry may take ten seconds for each. */
  longBodies: 8,
  /** Those that are decompressed at the same time. */
  longBodiesDecompressed: 2,
  /** Bytes of bodies that one namespace may have read at once; from then on so many a second. Each has to be hashed and parsed. */
  namespaceBodyBytes: 8 * 1024 * 1024,
  namespaceBodyBytesPerSecond: 1024 * 1024,
  /** Bytes of a response that is an error. Of more only the start is read. */
  errorBodyBytes: 16 * 1024,
  /** Bytes of a token service's response. */
  tokenAnswerBytes: 64 * 1024,
  /** Characters of a token: the header that it is sent in is refused by most servers past 16 KB. */
  tokenChars: 16 * 1024,
  /** Checks that the schedules of one namespace start in a second: a worker of two cores does a few hundred. Past it they are polled less often. */
  namespaceChecksPerSecond: 50,

  /** Bytes of the body of a registry's notification, and of any other request: whoever sends it chooses them. */
  notificationBytes: 1024 * 1024,
  requestBytes: 64 * 1024,
  /** Events of one notification; a registry sends one each. */
  notificationEvents: 1_000,
  /** Names (host, repository and tag) that one sender of notifications may name a second, and how many at once: each is read from Redis. */
  namesPerSecond: 50,
  namesAtOnce: 100,
  /** Bytes of a notification that count as one name, and checks that do: a body without a name is read too, and one name may have many followers. */
  bytesPerName: 4_096,
  checksPerName: 20,
  /** Notifications that are read or worked on at the same time, from all senders and from one: each holds its body. */
  openNotifications: 32,
  openNotificationsOfSender: 8,
  /** Parts of notifications that use Redis at the same time; the others wait their turn. */
  notificationsAtWork: 4,
  /** Other requests that are open at the same time, from all senders and from one: each may hold a page of the history. */
  openRequests: 128,
  openRequestsOfSender: 32,
  /** Requests that one connection may have open: clients wait for a response before they send the next request. */
  requestsOfConnection: 8,
  /** Lists that are read at the same time; the others wait their turn. */
  listsAtWork: 4,
  /** Actions of one sender a second, and at once: each writes to Redis, and queues work that every namespace waits for. */
  actionsPerSecond: 10,
  actionsAtOnce: 100,
  /** Event streams that are open at the same time, for all clients and for one. */
  eventStreams: 500,
  eventStreamsOfSender: 100,
  /** Namespaces that one token is bound to: a page of the history is merged from them. */
  namespacesOfToken: 100,
} as const;

export type Bound = keyof typeof bounds;
