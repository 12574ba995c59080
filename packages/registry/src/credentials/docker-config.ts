import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { Credential } from '../types.ts';
import { readBasicAuth } from './basic-auth.ts';

const text = z.string().nullish();

const entrySchema = z.object({ username: text, password: text, auth: text, identitytoken: text });

/** `.dockerconfigjson` holds the entries below `auths`; `docker login` may keep their passwords elsewhere. */
const newSchema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  credsStore: z.unknown().optional(),
  credHelpers: z.unknown().optional(),
});
/** The older `.dockercfg` holds the entries at its top. */
const oldSchema = z.record(z.string(), z.unknown());

export interface DockerConfig {
  readonly entries: readonly DockerConfigEntry[];
  /** Whether a helper on the machine where it was made holds passwords. */
  readonly elsewhere: boolean;
}

export interface DockerConfigEntry {
  /** The registry, as the file names it. */
  readonly key: string;
  /** Absent where the entry holds none, as with `{}` for an external helper. */
  readonly credential?: Credential;
  /** It holds something that cannot be read. */
  readonly broken: boolean;
}

/** Reads a docker config file; undefined where the text is none. */
export function readDockerConfig(content: string): DockerConfig | undefined {
  const value = parseJson(content);
  const { auths, credsStore, credHelpers } = newSchema.safeParse(value).data ?? {};
  const elsewhere = Boolean(credsStore) || Boolean(credHelpers);
  const all = oldSchema.safeParse(value).data;
  const isNew = elsewhere || (all !== undefined && Object.hasOwn(all, 'auths'));
  const entries = auths ?? (isNew ? {} : all);
  if (entries === undefined) return undefined;
  return { entries: Object.entries(entries).map(([key, entry]) => readEntry(key, entry)), elsewhere };
}

/** `auth` counts before name and password, as the kubelet reads it; where it is broken these still serve. */
function readEntry(key: string, value: unknown): DockerConfigEntry {
  const { success, data } = entrySchema.safeParse(value);
  if (!success) return { key, broken: true };
  const { username, password, auth, identitytoken } = data;
  if (identitytoken) return { key, credential: { type: 'identity-token', token: identitytoken }, broken: false };
  const decoded = auth ? readBasicAuth(auth) : undefined;
  const plain: Credential | undefined = username ? { type: 'basic', username, password: password ?? '' } : undefined;
  const credential = decoded ?? plain;
  const broken = Boolean(auth) && decoded === undefined;
  return credential === undefined ? { key, broken } : { key, credential, broken };
}
