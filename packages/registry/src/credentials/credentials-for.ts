import type { ImageReference } from '@keelson/image';
import type { Credential } from '../types.ts';
import type { DockerConfig } from './docker-config.ts';
import { readDockerConfig } from './docker-config.ts';
import type { Place } from './match.ts';
import { bySpecificity, matches, readPlace } from './match.ts';

export interface FoundCredentials {
  /** Longest path first, then in the order of the texts: what to try, one after the other. */
  readonly credentials: Credential[];
  /** What is wrong with the texts, for people; names hosts, and nothing else of the content. */
  readonly warnings: string[];
  /** Why a text has no credentials for this image, for people: worth reading where the registry refuses access. Names hosts too. */
  readonly hints: string[];
}

const create = 'Create it again with kubectl create secret docker-registry.';
/** So many places are named in a hint. */
const mostNamed = 5;

/** The credentials that the kubelet would use for an image, from docker config files of either form (`.dockerconfigjson`, `.dockercfg`). */
export function credentialsFor(dockerConfigTexts: readonly string[], image: ImageReference): FoundCredentials {
  const warnings: string[] = [];
  const hints: string[] = [];
  const found = dockerConfigTexts.flatMap((text, place) => {
    const config = readDockerConfig(text);
    const which = dockerConfigTexts.length === 1 ? 'The pull secret' : `Pull secret ${place + 1}`;
    if (config === undefined) {
      warnings.push(`${which} is no docker config in JSON and is left out. ${create}`);
      return [];
    }
    const broken = config.entries.filter((entry) => entry.broken);
    for (const { key } of broken) {
      warnings.push(
        `${which}: the entry for ${readPlace(key).host} cannot be read. Its auth has to be base64 of name:password, in UTF-8.`,
      );
    }
    const entries = matching(config, image);
    if (entries.length === 0 && broken.length === 0) hints.push(hintOf(which, config, image));
    return entries;
  });
  found.sort((a, b) => bySpecificity(a.place, b.place));
  return { credentials: unique(found.map(({ credential }) => credential)), warnings, hints };
}

function matching({ entries }: DockerConfig, image: ImageReference): { place: Place; credential: Credential }[] {
  return entries.flatMap(({ key, credential }) => {
    const place = readPlace(key);
    return credential !== undefined && matches(place, image) ? [{ place, credential }] : [];
  });
}

/** Why a docker config has no credentials for an image. */
function hintOf(which: string, { entries, elsewhere }: DockerConfig, image: ImageReference): string {
  const filled = entries.filter(({ credential }) => credential !== undefined);
  if (filled.length === 0 || entries.some(({ key }) => matches(readPlace(key), image))) {
    const why = elsewhere ? ': docker keeps it in a store of the machine where the file was made (credsStore)' : '';
    return `${which} holds no password for ${image.host}${why}. ${create}`;
  }
  const names = filled.map(({ key }) => nameOf(readPlace(key)));
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${which} is for ${names.slice(0, mostNamed).join(', ')}${more}, not for ${image.host}/${image.repository}.`;
}

function nameOf({ host, port, path }: Place): string {
  const name = `${host}${port === '' ? '' : `:${port}`}${path}`;
  return name.replaceAll(/[^\x21-\x7E]/g, '').slice(0, 200);
}

function unique(credentials: readonly Credential[]): Credential[] {
  return [...new Map(credentials.map((credential) => [JSON.stringify(credential), credential])).values()];
}
