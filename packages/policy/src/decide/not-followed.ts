import type { ContainerFacts, Decision, Intent, Observation } from '../types.ts';
import { message } from './message.ts';

/** The reason to leave a container alone whatever was pushed, or undefined when it is followed. */
export function notFollowed(facts: ContainerFacts, intent: Intent, { digest }: Observation): Decision | undefined {
  const none = { container: facts.name, action: 'none' } as const;
  if (!intent.managed) {
    return {
      ...none,
      code: 'not-managed',
      message: message(facts, digest, 'but no policy asks Keelson to follow it'),
    };
  }
  if (intent.policy.type === 'never') {
    return { ...none, code: 'policy-never', message: message(facts, digest, 'but the policy is "never"') };
  }
  if (intent.policy.type === 'unsupported') {
    const why = `but Keelson does not run the policy ${JSON.stringify(intent.policy.name)}`;
    return { ...none, code: 'policy-unsupported', message: message(facts, digest, why) };
  }
  const { digest: pinned, tag } = facts.reference;
  if (pinned !== undefined && tag === undefined) {
    // Keelson's own pins keep the tag, so this one is its author's.
    const why = 'because the manifest pins that digest and names no tag to follow';
    return { ...none, code: 'pinned-by-digest', message: message(facts, pinned, why) };
  }
  return undefined;
}
