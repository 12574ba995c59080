import type { Digest } from '@keelson/image';
import type { ContainerFacts, Decision } from '../types.ts';
import { message } from './message.ts';

/** The reason not to offer what was pushed (law 7), or undefined when it is not in quarantine. */
export function quarantined(facts: ContainerFacts, digest: Digest): Decision | undefined {
  const entry = facts.quarantined?.find((candidate) => candidate.digest === digest);
  if (!entry) return undefined;
  const why = entry.message.replace(/\.$/, '');
  const rest = [
    `which is in quarantine (${why}); `,
    ...whatRuns(facts, digest),
    ', until the next push or a release of that digest',
  ];
  return { container: facts.name, action: 'none', code: 'quarantined', message: message(facts, digest, rest) };
}

function whatRuns({ pinned, rolledOut, running }: ContainerFacts, digest: Digest): readonly string[] {
  if (pinned !== undefined) return ['the workload names ', pinned];
  if (rolledOut !== undefined && rolledOut !== digest) return ['Keelson last rolled out ', rolledOut];
  if (running.length === 0) return ['no pod reports an image'];
  return ['the pods run ', ...running.flatMap((one, index) => (index === 0 ? [one] : [', ', one]))];
}
