import type { Digest } from '@keelson/image';
import { isDigest, repositoryOf, shortDigest } from '@keelson/image';
import type { Intent } from '../intent/intent.ts';
import { whyNotFollowed } from '../policies/policies.ts';
import type { ContainerFacts, Decision, DecisionCode, Observation } from './decision.ts';

/**
 * What is to be done for one container, and why. Pure: the same three values give the same decision, however often and in whichever order
 * they are read, so nothing depends on having seen a push happen (law 1) or on Redis still knowing (law 13).
 *
 * Compared is first the digest that the live object carries (`pinned`), since pods will run it; then the one that Keelson recorded
 * (`rolledOut`); then what runs: always, unless the image names the digest, as only then no node and no mirror can start another one.
 *
 * A quarantined digest is not even adopted: where Redis was lost, pods may run what failed, and Keelson must not call it good (laws 7, 13).
 * A hold delays what would be rolled out, and nothing else: what runs is still recorded.
 */
export function decide(facts: ContainerFacts, intent: Intent, observation: Observation): Decision {
  const { pinned, rolledOut, running, reference } = facts;
  const { digest } = observation;

  // Is the container followed at all?
  if (!intent.managed) return leave(facts, digest, 'not-managed', 'but the workload has no policy');
  const notFollowed = whyNotFollowed(intent.policy);
  if (notFollowed) return leave(facts, digest, notFollowed.code, notFollowed.why);
  if (reference.digest !== undefined && reference.tag === undefined) {
    // Keelson's own pins keep the tag, so this pin is its author's.
    return leave(
      facts,
      reference.digest,
      'pinned-by-digest',
      'because the manifest is pinned to that digest and names no tag to follow',
    );
  }

  // Does it have the digest already, or must it not have it?
  const entry = facts.quarantined?.find((candidate) => candidate.digest === digest);
  if (pinned === digest && !entry) return stay(facts, observation, 'which the workload is pinned to');
  if (facts.fixed === 'pinned-by-digest' && pinned !== undefined && pinned !== digest) {
    return leave(facts, digest, 'pinned-by-digest', 'but git pins the image to ', pinned, pinnedByGit);
  }
  if (entry) {
    const why = entry.message.replace(/\.$/, '');
    return leave(facts, digest, 'quarantined', `which is quarantined (${why}); `, ...current(facts, digest));
  }
  if (rolledOut === digest) {
    if (pinned === undefined) return stay(facts, observation, unpinned(facts, digest));
    const change = facts.written
      ? 'and Keelson rolled it out, but it was reverted to '
      : 'as before, but the manifest has since been pinned to ';
    const until = '; Keelson leaves it so until something newer is pushed';
    return leave(facts, digest, 'reverted-by-someone', change, pinned, until);
  }

  // Something else was pinned or recorded: roll out what was pushed. Pods may have pulled it by themselves, but it is not verified yet.
  if (pinned !== undefined) return rollOut(facts, digest, 'new-digest', 'the workload is pinned to ', pinned);
  if (rolledOut !== undefined) return rollOut(facts, digest, 'new-digest', before(facts.written), rolledOut);

  // Nothing is known: a new workload, or Redis was lost. Only what the pods run can be compared.
  if (running.length === 0) return adopt(facts, digest, 'nothing-runs', noPod);
  const other = anotherThan(observation, running);
  if (other === undefined) return adopt(facts, digest, 'already-running', 'which the pods run');
  if (observation.relatedDigests === undefined) return compare(facts, digest, other);
  return rollOut(facts, digest, 'pushed-while-away', 'the pods run ', other);
}

/** The workload has the digest, and pods that started with another one under the same tag get it now. */
function stay(facts: ContainerFacts, observation: Observation, why: string): Decision {
  const { reference, unsettled, running } = facts;
  const { digest, relatedDigests } = observation;
  const other = reference.digest === undefined && !unsettled ? anotherThan(observation, running) : undefined;
  if (other === undefined) return leave(facts, digest, 'up-to-date', why);
  if (relatedDigests === undefined) return compare(facts, digest, other);
  return rollOut(facts, digest, 'running-another-digest', 'but the pods run ', other);
}

function anotherThan({ digest, relatedDigests }: Observation, running: readonly Digest[]): Digest | undefined {
  return running.find((candidate) => candidate !== digest && !relatedDigests?.includes(candidate));
}

function compare(facts: ContainerFacts, digest: Digest, other: Digest): Decision {
  const why = message(facts, digest, ['the pods run ', other, ', which may be the same image for one platform']);
  return { container: facts.name, action: 'need-related-digests', code: 'related-digests-needed', message: why };
}

const pinnedByGit =
  ', which the owner of the workload restores: remove the digest in git, or install the admission policy keelson-pin, which replaces it in pods';

const noPod = 'and no pod reports an image yet; pods that start pull the tag themselves';

/** How the recorded digest came to a workload that carries none. What was found running is not called rolled out (law 16). */
function unpinned({ written, running }: ContainerFacts, digest: Digest): string {
  if (written) return 'which Keelson has rolled out; the manifest was applied again since, without the digest';
  if (running.length === 0) return noPod;
  if (running.every((one) => one === digest)) return 'which the pods run';
  return 'the same digest as when Keelson found the workload; nothing newer has been pushed since';
}

/** What the recorded digest is, as the beginning of a text. */
function before(written = false): string {
  return written ? 'Keelson last rolled out ' : 'Keelson last found ';
}

function leave(facts: ContainerFacts, digest: Digest, code: DecisionCode, ...why: readonly string[]): Decision {
  return { container: facts.name, action: 'none', code, message: message(facts, digest, why) };
}

/** Record that this digest runs. */
function adopt(facts: ContainerFacts, digest: Digest, code: 'nothing-runs' | 'already-running', why: string): Decision {
  return { container: facts.name, action: 'adopt', code, message: message(facts, digest, [why]) };
}

/** Move the container to what was pushed, unless no node would pull it or the workload is on hold. `origin` says what `from` is. */
function rollOut(
  facts: ContainerFacts,
  to: Digest,
  code: 'new-digest' | 'pushed-while-away' | 'running-another-digest',
  origin: string,
  from: Digest,
): Decision {
  const { name: container, hold, fixed } = facts;
  if (fixed === 'image-never-pulled') {
    const remedy =
      '; it is not rolled out, since imagePullPolicy is Never and no node would pull it: set imagePullPolicy: Always';
    return leave(facts, to, fixed, origin, from, remedy);
  }
  const why = message(facts, to, [origin, from]);
  if (hold) return { container, action: 'none', code: 'on-hold', message: `${why} It waits: ${hold.message}` };
  return { container, action: 'roll-out', code, message: why, move: { container, from, to } };
}

/** What the workload runs in place of a quarantined digest, as parts of a message. */
function current({ pinned, rolledOut, written, running }: ContainerFacts, digest: Digest): readonly string[] {
  const until = ', until the next push or a release of that digest';
  if (pinned === digest) return ['the workload is still pinned to it'];
  if (pinned !== undefined) return ['the workload is pinned to ', pinned, until];
  if (rolledOut !== undefined && rolledOut !== digest) return [before(written), rolledOut, until];
  if (running.length === 0) return ['no pod reports an image', until];
  return ['the pods run ', ...running.flatMap((one, index) => (index === 0 ? [one] : [', ', one])), until];
}

/** `registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:ab…, the pods run sha256:cd….` Digests among the parts are shortened. */
function message({ reference }: ContainerFacts, digest: Digest, rest: readonly string[]): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const tail = rest.map((part) => (isDigest(part) ? shortDigest(part) : part)).join('');
  return `${repositoryOf(reference)}${tag} is ${shortDigest(digest)}, ${tail}.`;
}
