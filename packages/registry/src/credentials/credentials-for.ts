import type { ImageReference } from '@keelson/image';
import type { Credential } from '../types.ts';
import { readDockerConfig } from './docker-config.ts';
import { bySpecificity, matches, readPlace } from './match.ts';

export interface FoundCredentials {
  /** Longest path first, then in the order of the texts: what to try, one after the other. */
  readonly credentials: Credential[];
  /** What is wrong with the texts, for people; names hosts, and nothing else of the content. */
  readonly warnings: string[];
}

/** The credentials that the kubelet would use for an image, from docker config files of either form (`.dockerconfigjson`, `.dockercfg`). */
export function credentialsFor(dockerConfigTexts: readonly string[], image: ImageReference): FoundCredentials {
  const warnings: string[] = [];
  const entries = dockerConfigTexts.flatMap((text, place) => {
    const read = readDockerConfig(text);
    const which = dockerConfigTexts.length === 1 ? 'The pull secret' : `Pull secret ${place + 1}`;
    if (read === undefined) {
      warnings.push(
        `${which} is no docker config in JSON and is left out. Create it again with kubectl create secret docker-registry.`,
      );
    }
    for (const { key } of read?.filter(({ broken }) => broken) ?? []) {
      warnings.push(
        `${which}: the entry for ${readPlace(key).host} cannot be read. Its auth has to be base64 of name:password.`,
      );
    }
    return read ?? [];
  });
  const credentials = entries
    .map(({ key, credential }) => ({ place: readPlace(key), credential }))
    .filter(({ place }) => matches(place, image))
    .sort((a, b) => bySpecificity(a.place, b.place))
    .flatMap(({ credential }) => credential ?? []);
  return { credentials: unique(credentials), warnings };
}

function unique(credentials: readonly Credential[]): Credential[] {
  return [...new Map(credentials.map((credential) => [JSON.stringify(credential), credential])).values()];
}
