import { bounds } from '@keelson/core';
import type { ImageReference } from '@keelson/image';
import { InvalidReferenceError, parseReference } from '@keelson/image';
import type { Intent } from '../intent/intent.ts';
import type { Warning } from '../warning.ts';

interface Candidate {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
}

export type TrackedContainer<C extends Candidate> = C & { readonly reference: ImageReference };

/** The containers that the intent follows, each with its image read. Names that match nothing and images that cannot be read are warnings. */
export function trackedContainers<C extends Candidate>(
  intent: Pick<Intent, 'managed' | 'containers' | 'initContainers'>,
  containers: readonly C[],
): { readonly tracked: readonly TrackedContainer<C>[]; readonly warnings: readonly Warning[] } {
  if (!intent.managed) return { tracked: [], warnings: [] };
  const wanted = containers.filter(
    ({ name, init }) => (!init || intent.initContainers) && intent.containers.test(name),
  );
  const read = wanted.slice(0, bounds.containers).map(readContainer);
  const warnings = [...read.flatMap(({ warning }) => warning ?? []), ...tooMany(wanted.length)];
  return {
    tracked: read.flatMap(({ tracked }) => tracked ?? []),
    warnings: wanted.length === 0 && containers.length > 0 ? [noneFollowed(containers)] : warnings,
  };
}

function readContainer<C extends Candidate>(
  container: C,
):
  | { readonly tracked: TrackedContainer<C>; readonly warning?: never }
  | { readonly tracked?: never; readonly warning: Warning } {
  try {
    return { tracked: { ...container, reference: parseReference(container.image) } };
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    const message = `Container ${container.name} is not followed: ${error.message}`;
    return { warning: { code: 'unreadable-image', message } };
  }
}

function tooMany(wanted: number): Warning[] {
  if (wanted <= bounds.containers) return [];
  const message = `${wanted} containers are to be followed, and only the first ${bounds.containers} are: exclude some by keelson.sh/containers.`;
  return [{ code: 'too-many-containers', message }];
}

function noneFollowed(containers: readonly Candidate[]): Warning {
  const some = containers.slice(0, bounds.containers).map(({ name, init }) => (init ? `${name} (init)` : name));
  const more = containers.length - some.length;
  const names = [...some, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return { code: 'no-container', message: `No container is followed: the pattern matches none of ${names}.` };
}
