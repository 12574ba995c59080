import type { Hold, QuarantineEntry, Rollout, WorkloadState } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import type { Journal, Pushed } from './journal.ts';
import type { Seen } from './witness.ts';

/** Everything that is known of one workload once all is quiet. */
export interface Ending {
  readonly journal: Journal;
  readonly other: Journal;
  readonly pods: readonly Seen[];
  /** Every rollout that was ever seen. */
  readonly rollouts: readonly Rollout[];
  /** Every entry that was ever seen in quarantine. */
  readonly everQuarantined: readonly QuarantineEntry[];
  readonly ran: ReadonlySet<string>;
  /** Every hold that was ever seen. */
  readonly holds: readonly Hold[];
  /** Whether Flux reconciles it. */
  readonly isOwned: boolean;
  readonly state: Pick<WorkloadState, 'quarantine' | 'hold' | 'check'>;
  /** Whether Keelson knows a last good digest. */
  readonly knowsGood: boolean;
  readonly lostEdits: readonly string[];
}

const breaker = 3;

/** What is not as it has to be, a sentence each. */
export function objectionsTo(ending: Ending): readonly string[] {
  return [
    ...whatRuns(ending),
    ...whatWasBlamed(ending),
    ...whatNobodySaw(ending),
    ...whatHeldWithoutCause(ending),
    ...whatTheCheckSays(ending),
    ...whatOverlaps(ending),
    ...whatFollowed(ending),
    ...whatTheBreakerLetPass(ending),
    ...whatIsOfTheOther(ending),
    ...ending.lostEdits,
  ].map((message) => `${ending.journal.name}: ${message}`);
}

/** What Keelson did, a line a rollout, oldest first: how a report begins to be understood. */
export function storyOf({ journal: { name, pushes }, rollouts, state: { check } }: Ending): readonly string[] {
  const nameOf = (digest = '') => `#${pushes.findIndex((pushed) => pushed.digest === digest)}`;
  const said = `${name} check ${check?.code}: ${check?.message}`;
  const lines = rollouts
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map(({ id, kind, trigger, changes: [change], transitions, written, unhealthyBefore }) => {
      const from = transitions[0]?.at ?? 0;
      const steps = transitions.map(({ state, code, at }) => `${state} ${code} +${at - from}`).join(', ');
      const why = unhealthyBefore === undefined ? '' : ` (${unhealthyBefore})`;
      const since = from - (pushes[0]?.at ?? 0);
      return `${name} +${since} ${id} ${kind} by ${trigger} ${nameOf(change?.from.digest)} -> ${nameOf(change?.to.digest)} ${written?.path}: ${steps}${why}`;
    });
  return [...lines, said];
}

/**
 * What has to run, once nothing holds the workload: the newest push if it is good; else the newest that was proven before it was pushed. One
 * that was replaced before it was proven is not. What was deployed counts as proven. Where Redis forgot, it may be any older good one
 * that was seen to run: the last moments before are not known to anybody. What is bad stays only where nobody knew
 * anything better after Redis forgot.
 */
function expectedOf(ending: Ending): readonly string[] {
  const {
    journal: { pushes, forgets },
    rollouts,
    ran,
  } = ending;
  const newest = pushes.at(-1);
  const [first] = pushes;
  if (!newest || !first) return [];
  if (newest.outcome === 'good') return [newest.digest];
  const left = knewNothingBetter(ending, newest) ? [newest.digest] : [];
  const proven = new Set([first.digest, ...rollouts.filter(isProof).map(({ changes: [change] }) => change?.to.digest)]);
  const good = pushes.filter(({ outcome, digest }) => outcome === 'good' && (proven.has(digest) || ran.has(digest)));
  // One that crashes late was perhaps found while its pods were healthy, and nobody knew more of it.
  const late = pushes.filter(
    ({ outcome, digest }) => outcome === 'late' && digest !== newest.digest && ran.has(digest),
  );
  if (forgets.length > 0) return [...left, ...[...good, ...late].map(({ digest }) => digest)];
  const last = good.findLast(({ digest }) => proven.has(digest));
  return [...left, ...(last ? [last.digest] : [])];
}

/**
 * Pods may have pulled the newest by themselves before anything was written into the workload; it may have failed where no last good digest was
 * known, or after what pods had pulled by themselves and that crashed. What was written before Redis forgot is known all the same, by the workload's
 * annotation: until somebody replaces the object as well.
 */
function knewNothingBetter(ending: Ending, { digest }: Pushed): boolean {
  const { forgets, replaces } = ending.journal;
  if (forgets.length === 0) return false;
  const since = replaces.length > 0 ? Math.max(...forgets) : 0;
  const written = ending.rollouts.filter(
    ({ createdAt, transitions, changes: [to] }) =>
      createdAt > since && to?.to.digest === digest && transitions.some(({ code }) => code === 'written'),
  );
  const afterCrash = written.some(({ transitions }) => transitions.at(-1)?.code === 'unhealthy-before');
  return written.length === 0 || afterCrash || hasNoWayBack(ending);
}

/** After Redis forgot, no healthy pod was seen to run anything. */
function hasNoWayBack({ journal: { forgets }, knowsGood }: Pick<Ending, 'journal' | 'knowsGood'>): boolean {
  return forgets.length > 0 && !knowsGood;
}

function isProof({ kind, state }: Rollout): boolean {
  return kind === 'update' && state === 'succeeded';
}

function whatRuns(ending: Ending): readonly string[] {
  const { pods, state, journal } = ending;
  const expected = expectedOf(ending);
  const wrong = pods
    .filter(({ digest }) => !expected.includes(digest))
    .map(
      ({ digest }) =>
        `runs ${short(ending, digest)}, and not ${expected.map((one) => short(ending, one)).join(' or ')}`,
    );
  const newest = journal.pushes.at(-1);
  // What is bad and had to stay is not expected to be ready.
  const unready = pods.some(({ ready, digest }) => !ready && (newest?.outcome === 'good' || digest !== newest?.digest))
    ? ['has a pod that is not ready']
    : [];
  const none = pods.length === 0 ? ['has no pod'] : [];
  const kept = state.quarantine
    .filter(({ digest }) => pods.some((pod) => pod.digest === digest))
    .filter(({ digest }) => newest?.digest !== digest || !knewNothingBetter(ending, newest))
    .map(({ digest }) => `runs ${short(ending, digest)}, which is in quarantine`);
  return [...new Set([...wrong, ...unready, ...none, ...kept])];
}

function whatWasBlamed(ending: Ending): readonly string[] {
  const { everQuarantined, journal, rollouts } = ending;
  const good = journal.pushes.filter(({ outcome }) => outcome === 'good').map(({ digest }) => digest);
  const bad = new Set<string | undefined>(
    journal.pushes.filter(({ outcome }) => outcome !== 'good').map(({ digest }) => digest),
  );
  return [
    ...good.flatMap((digest) => {
      const entry = everQuarantined.find((one) => one.digest === digest);
      return entry ? [`blamed the good ${short(ending, digest)}: ${entry.message}`] : [];
    }),
    ...rollouts
      .filter((rollout) => isProof(rollout) && bad.has(rollout.changes[0]?.to.digest))
      .map(({ id, changes }) => `calls the bad ${short(ending, changes[0]?.to.digest)} good (${id})`),
  ];
}

/** No rollout is called good whose digest no pod was seen to run. */
function whatNobodySaw(ending: Ending): readonly string[] {
  return ending.rollouts
    .filter(({ state }) => state === 'succeeded')
    .flatMap(({ id, kind, changes, transitions }) =>
      changes
        .filter(({ to: { digest } }) => !ending.ran.has(digest))
        .map(
          ({ to }) => `${kind} ${id} to ${short(ending, to.digest)} is ${transitions.at(-1)?.code}, and no pod ran it`,
        ),
    );
}

/** Each hold needs something that was done. */
function whatHeldWithoutCause({ holds, isOwned, journal }: Ending): readonly string[] {
  const { pauses, pushes, applies, forgets } = journal;
  const bad = pushes.filter(({ outcome }) => outcome !== 'good').length;
  const causes: Readonly<Partial<Record<Hold['code'], boolean>>> = {
    paused: pauses.length > 0,
    'too-many-failures': bad >= breaker,
    // Flux where no path lasts, or somebody again and again.
    reverted: isOwned || applies.length > 1,
    'no-last-good': forgets.length > 0,
  };
  return holds
    .filter(({ code }) => causes[code] !== true)
    .map(({ code, message }) => `was on hold without a cause: ${code}, ${message}`);
}

/** What the last check says is so: all is quiet, and it was made after everything. */
function whatTheCheckSays(ending: Ending): readonly string[] {
  const { state, journal, pods } = ending;
  const { digest: newest = '', outcome } = journal.pushes.at(-1) ?? {};
  const runsNewest = ({ digest }: Seen) => digest === newest;
  const { code, message } = state.check ?? { code: 'no check', message: '' };
  const isSo: Readonly<Record<string, boolean>> = {
    // What is bad and not blamed stays where it is, and its pods never become ready: the rolling update keeps older ones beside them.
    'up-to-date': outcome === 'good' ? pods.every(runsNewest) : pods.some(runsNewest),
    quarantined:
      state.quarantine.some(({ digest }) => digest === newest) && (hasNoWayBack(ending) || !pods.some(runsNewest)),
    'waiting-to-write': false,
    'rolling-out': false,
    'rolling-back': false,
  };
  return isSo[code] === false ? [`the check says ${code}: ${message}, and that is not so`] : [];
}

/** At most one is under way at any time: each ends before the next one begins. */
function whatOverlaps({ rollouts }: Ending): readonly string[] {
  const sorted = rollouts.toSorted((a, b) => a.createdAt - b.createdAt);
  return sorted.flatMap((rollout, index) => {
    const next = sorted[index + 1];
    const overlaps = next !== undefined && !isUnderWay(rollout.state) && rollout.updatedAt > next.createdAt;
    return overlaps ? [`${next.id} began while ${rollout.id} was under way`] : [];
  });
}

/** A failed update that was blamed has exactly one rollback; one that was not has none. Nothing else rolls back by itself. */
function whatFollowed(ending: Ending): readonly string[] {
  const {
    rollouts,
    everQuarantined,
    journal: { forgets, releases },
  } = ending;
  const known = rollouts.filter(({ createdAt }) => createdAt > Math.max(0, ...forgets));
  return known
    .filter(({ kind, state }) => kind === 'update' && state === 'failed')
    .flatMap(({ id, changes: [change], transitions }) => {
      const blamed = everQuarantined.some(({ rollout }) => rollout === id);
      const back = rollouts.filter(({ rollbackOf }) => rollbackOf === id);
      const last = transitions.at(-1);
      // What a person released at once was perhaps never seen in quarantine.
      const right = releases.length > 0 && !blamed ? back.length <= 1 : back.length === (blamed ? 1 : 0);
      if (right || (back.length === 0 && hasNoWayBack(ending))) return [];
      return [
        `${id} to ${change?.to.digest.slice(7, 15)} failed (${last?.code}: ${last?.message}), and has ${back.length} rollbacks`,
      ];
    });
}

/** After the third failure nothing new begins until a person resumes. */
function whatTheBreakerLetPass({
  rollouts,
  everQuarantined,
  journal: { resumes, forgets, releases },
}: Ending): readonly string[] {
  // What Redis forgot, or a person released, no longer counts.
  if (forgets.length > 0 || releases.length > 0) return [];
  const updates = rollouts.filter(({ kind }) => kind === 'update').toSorted((a, b) => a.createdAt - b.createdAt);
  let failures = 0;
  let brokenAt: number | undefined;
  const passed: string[] = [];
  for (const { id, createdAt, state, updatedAt } of updates) {
    const since = brokenAt;
    if (since !== undefined && !resumes.some((at) => at >= since && at <= createdAt))
      passed.push(`${id} began though ${failures} pushes had failed and nobody had resumed`);
    const blamed = state === 'failed' && everQuarantined.some(({ rollout }) => rollout === id);
    if (blamed) failures += 1;
    brokenAt = blamed && failures >= breaker ? updatedAt : undefined;
  }
  return passed;
}

/** No pod of one workload ever ran what was pushed for the other. */
function whatIsOfTheOther(ending: Ending): readonly string[] {
  const { ran, other } = ending;
  return other.pushes
    .filter(({ digest }) => ran.has(digest))
    .map(({ digest }) => `ran ${digest.slice(7, 15)}, which was pushed for ${other.name}`);
}

function short({ journal: { pushes } }: Ending, digest = ''): string {
  const index = pushes.findIndex((pushed) => pushed.digest === digest);
  const outcome = pushes[index]?.outcome ?? 'unknown';
  return `${digest.slice(7, 15) || 'nothing'} (push ${index}, ${outcome})`;
}
