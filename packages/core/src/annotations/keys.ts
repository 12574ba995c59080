interface Spellings {
  readonly name: string;
  /** Our own keys, the best spelling first. They win over Keel's. */
  readonly keelson: readonly string[];
  /** Keel's keys, the one that Keel prefers first; the spellings that are common but that Keel ignores come after. */
  readonly keel: readonly string[];
}

/** Every key that Keelson acts on. */
export const knownSettings = [
  { name: 'policy', keelson: ['keelson.sh/policy'], keel: ['keel.sh/policy', 'keel.observer/policy'] },
  {
    name: 'matchTag',
    keelson: ['keelson.sh/match-tag', 'keelson.sh/matchTag'],
    keel: ['keel.sh/matchTag', 'keel.sh/match-tag'],
  },
  { name: 'trigger', keelson: ['keelson.sh/trigger'], keel: ['keel.sh/trigger'] },
  {
    name: 'pollSchedule',
    keelson: ['keelson.sh/poll-schedule', 'keelson.sh/pollSchedule'],
    keel: ['keel.sh/pollSchedule', 'keel.sh/poll-schedule'],
  },
  {
    name: 'pullSecret',
    keelson: ['keelson.sh/pull-secret', 'keelson.sh/pullSecret'],
    keel: ['keel.sh/imagePullSecret'],
  },
  { name: 'containers', keelson: ['keelson.sh/containers'], keel: ['keel.sh/monitorContainers'] },
  {
    name: 'initContainers',
    keelson: ['keelson.sh/init-containers', 'keelson.sh/initContainers'],
    keel: ['keel.sh/initContainers'],
  },
  { name: 'deadline', keelson: ['keelson.sh/deadline'], keel: [] },
  { name: 'soak', keelson: ['keelson.sh/soak'], keel: [] },
  { name: 'rollback', keelson: ['keelson.sh/rollback'], keel: [] },
  { name: 'fluxHold', keelson: ['keelson.sh/flux-hold', 'keelson.sh/fluxHold'], keel: [] },
  { name: 'logs', keelson: ['keelson.sh/logs'], keel: [] },
] as const satisfies readonly Spellings[];

export type SettingName = (typeof knownSettings)[number]['name'];

/** Keys that Keel or Keelson itself writes: no mistake of the author. */
const writtenKeys: readonly string[] = [
  'keel.sh/update-time',
  'keel.sh/digest',
  'keelson.sh/restartedAt',
  'keelson.sh/state',
  'keelson.sh/flux-hold-until',
];

/** What Keelson writes once for each container, whose name follows. */
const writtenPrefixes: readonly string[] = ['keelson.sh/git-image.'];

/** Keel compares these without regard to case (types.go), and only these. */
export const anyCaseKeys: readonly string[] = [
  'keel.sh/imagePullSecret',
  'keel.sh/initContainers',
  'keel.sh/imageVolumes',
];

export const prefixes = ['keelson.sh/', 'keel.sh/'] as const;

/** Keys of Keel that Keelson knows and does not support yet. */
export const unsupportedKeyNames = [
  'keel.sh/approvals',
  'keel.sh/approvalDeadline',
  'keel.sh/notify',
  'keel.sh/releaseNotes',
  'keel.sh/imageVolumes',
  'keel.sh/matchPreRelease',
] as const;

/** Keys by which a workload is configured, the ones that Keelson only warns of included. */
export const configuringKeys: readonly string[] = [
  ...knownSettings.flatMap(({ keelson, keel }) => [...keelson, ...keel]),
  ...unsupportedKeyNames,
];

const known: ReadonlySet<string> = new Set([...configuringKeys, ...writtenKeys]);

/** Whether Keelson reads or writes a key. Of any others under its prefixes, an object has room for thousands. */
export function isKnownKey(key: string): boolean {
  return known.has(key) || writtenPrefixes.some((prefix) => key.startsWith(prefix));
}
