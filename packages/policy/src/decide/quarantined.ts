import type { Digest } from '@keelson/image';
import type { ContainerFacts, Decision } from '../types.ts';
import { sentence } from './sentence.ts';

/** The reason not to offer what was pushed (law 7), or undefined when it is not in quarantine. */
export function quarantined(facts: ContainerFacts, digest: Digest): Decision | undefined {
  const entry = facts.quarantined?.find((candidate) => candidate.digest === digest);
  if (!entry) return undefined;
  const why = entry.sentence.replace(/\.$/, '');
  const rest = [
    `which is in quarantine (${why}); `,
    ...whatRuns(facts, digest),
    ', until the next push or a release of that digest',
  ];
  return { container: facts.name, action: 'none', code: 'quarantined', sentence: sentence(facts, digest, rest) };
}

function whatRuns({ mark, rolledOut, running }: ContainerFacts, digest: Digest): readonly string[] {
  if (mark !== undefined) return ['the workload names ', mark];
  if (rolledOut !== undefined && rolledOut !== digest) return ['Keelson last rolled out ', rolledOut];
  if (running.length === 0) return ['no pod reports an image'];
  return ['the pods run ', ...running.flatMap((one, index) => (index === 0 ? [one] : [', ', one]))];
}
