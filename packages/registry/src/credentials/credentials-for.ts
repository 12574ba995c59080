import type { ImageReference } from '@keelson/image';
import type { Credential } from '../types.ts';
import { readDockerConfig } from './docker-config.ts';
import { bySpecificity, matches, readPlace } from './match.ts';

export interface CredentialWarning {
  readonly code: 'pull-secret-unreadable' | 'pull-secret-entry-unreadable';
  /** For people; names hosts, and nothing else of the content. */
  readonly message: string;
  /** Which of the texts, from 0. */
  readonly place: number;
}

export interface FoundCredentials {
  /** Longest path first, then in the order of the texts: what to try, one after the other. */
  readonly credentials: Credential[];
  readonly warnings: CredentialWarning[];
}

/** The credentials that the kubelet would use for an image, from docker config files of either form (`.dockerconfigjson`, `.dockercfg`). */
export function credentialsFor(dockerConfigTexts: readonly string[], image: ImageReference): FoundCredentials {
  const warnings: CredentialWarning[] = [];
  const entries = dockerConfigTexts.flatMap((text, place) => {
    const read = readDockerConfig(text);
    const which = dockerConfigTexts.length === 1 ? 'The pull secret' : `Pull secret ${place + 1}`;
    if (read === undefined) {
      const message = `${which} is no docker config in JSON and is left out. Create it again with kubectl create secret docker-registry.`;
      warnings.push({ code: 'pull-secret-unreadable', message, place });
    }
    for (const { key } of read?.filter(({ broken }) => broken) ?? []) {
      const message = `${which}: the entry for ${readPlace(key).host} cannot be read. Its auth has to be base64 of name:password.`;
      warnings.push({ code: 'pull-secret-entry-unreadable', message, place });
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
