import type { ContainerFacts, Decision, Intent, Observation } from '../types.ts';
import { compareRunning } from './compare-running.ts';
import { held } from './held.ts';
import { message } from './message.ts';
import { notFollowed } from './not-followed.ts';
import { quarantined } from './quarantined.ts';
import { rollOut } from './roll-out.ts';

/**
 * What is due for one container, and why. Pure: the same three values give the same decision, however often and in whichever order they
 * are looked at, so nothing depends on having seen a push happen (law 1) or on Redis still knowing (law 13).
 *
 * The digest that the live object carries (`pinned`) is asked first, since it is what pods will run; then what Keelson wrote down
 * (`rolledOut`); what runs only where the object carries nothing. `need-related-digests` means: look again with `observation.family`.
 *
 * A digest in quarantine is not even adopted: where Redis was lost, pods may run what failed, and nobody should call it good (laws 7, 13).
 * A hold keeps what would be rolled out waiting, and nothing else: what runs is still written down.
 */
export function decide(facts: ContainerFacts, intent: Intent, observation: Observation): Decision {
  return notFollowed(facts, intent, observation) ?? held(facts, decideFollowed(facts, observation));
}

function decideFollowed(facts: ContainerFacts, observation: Observation): Decision {
  const { name: container, pinned, rolledOut } = facts;
  const { digest } = observation;
  const none = { container, action: 'none' } as const;
  if (pinned === digest) {
    return { ...none, code: 'up-to-date', message: message(facts, digest, 'which is what the workload names') };
  }
  const kept = quarantined(facts, digest);
  if (kept) return kept;
  if (rolledOut === digest && pinned !== undefined) {
    return {
      ...none,
      code: 'reverted-by-someone',
      message: message(facts, digest, [
        'and Keelson rolled it out, but somebody put ',
        pinned,
        ' back; Keelson leaves it so until something newer is pushed',
      ]),
    };
  }
  if (rolledOut === digest) {
    return {
      ...none,
      code: 'up-to-date',
      message: message(
        facts,
        digest,
        'which Keelson has rolled out; the manifest was applied again since, without the digest',
      ),
    };
  }
  if (pinned === undefined) return compareRunning(facts, observation);
  return rollOut(facts, digest, 'new-digest', 'the workload names ', pinned);
}
