import { bounds } from '@keelson/core';
import type { SchemaOptions } from 'yaml';
import { parseDocument } from 'yaml';
import { readBasicAuth } from '../credentials/basic-auth.ts';
import { RegistryError } from '../errors.ts';
import type { Credential } from '../types.ts';
import { readEndpoint } from './endpoint.ts';
import { readRewrite } from './rewrite.ts';
import type { AuthEntry, ConfigEntry, MirrorEntry, RegistriesFile } from './schema.ts';
import { registriesSchema } from './schema.ts';
import type { HostConfig, Mirror, RegistriesConfig } from './types.ts';

export interface ReadRegistriesOptions {
  /** Reads a `ca_file`; PEM. @default certificates of the file's own are not used */
  readonly readCa?: (path: string) => string;
}

/**
 * Reads a K3s registries.yaml. An empty text is an empty configuration.
 *
 * @throws RegistryError of code `configuration`, which says where and never what stands there
 */
export function readRegistries(text: string, { readCa }: ReadRegistriesOptions = {}): RegistriesConfig {
  const { mirrors, configs } = parse(text);
  return {
    mirrors: mapValues(mirrors ?? {}, readMirror),
    configs: mapValues(configs ?? {}, (host, config) => readConfig(host, config, readCa)),
  };
}

/** All but null is text: a password that looks like a number is what stands there, as for K3s. `<<` merges, as in YAML 1.1. */
const asText: SchemaOptions = { schema: 'failsafe', customTags: ['null'], merge: true };

/** Errors of the parsers quote the text around the mistake, passwords too; only the place is passed on. */
function parse(text: string): RegistriesFile {
  if (text.length > bounds.registriesChars)
    throw unusable('*', `it is longer than ${bounds.registriesChars} characters`);
  const document = toDocument(text);
  const mistake = document.errors[0];
  if (mistake !== undefined) throw unusable('*', `line ${mistake.linePos?.[0].line ?? '?'} is no YAML`);
  const result = registriesSchema.safeParse(toValue(document) ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw unusable('*', `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}`);
}

/**
 * The parser reads nested values by calling itself, and throws a RangeError where the stack ends. Its warnings quote what stands there, and go to
 * standard error.
 */
function toDocument(text: string): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(text, { ...asText, prettyErrors: true, logLevel: 'silent' });
  } catch (cause) {
    throw unusable('*', 'its values are nested too deeply', cause);
  }
}

/** Aliases of aliases can make a small file a huge value; the parser stops there. */
function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    // A ReferenceError of the parser in both cases.
    throw unusable('*', 'it has too many aliases, or one that names no anchor: write out what they stand for', cause);
  }
}

function readMirror(host: string, mirror: MirrorEntry | null): Mirror {
  const endpoints = (mirror?.endpoint ?? []).map((text, place) => {
    const endpoint = readEndpoint(text);
    if (endpoint === undefined) {
      throw unusable(host, `mirrors.${host}.endpoint.${place} is no http or https URL without name and password`);
    }
    return endpoint;
  });
  const rewrites = Object.entries(mirror?.rewrite ?? {}).map(([pattern, replacement], place) => {
    const rewrite = readRewrite(pattern, replacement);
    if (rewrite === undefined) throw unusable(host, `mirrors.${host}.rewrite: pattern ${place + 1} is no expression`);
    return rewrite;
  });
  return { endpoints, rewrites };
}

function readConfig(host: string, config: ConfigEntry | null, readCa: ReadRegistriesOptions['readCa']): HostConfig {
  const caFile = config?.tls?.ca_file || undefined;
  const ca = caFile === undefined ? undefined : readCa?.(caFile);
  const credential = readCredential(host, config?.auth ?? {});
  return {
    insecureSkipVerify: config?.tls?.insecure_skip_verify ?? false,
    ...(ca === undefined ? {} : { ca }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function readCredential(host: string, { username, password, auth, identity_token }: AuthEntry): Credential | undefined {
  if (identity_token) return { type: 'identity-token', token: identity_token };
  if (username) return { type: 'basic', username, password: password ?? '' };
  if (!auth) return undefined;
  const basic = readBasicAuth(auth);
  if (basic === undefined) throw unusable(host, `configs.${host}.auth.auth is no base64 of name:password`);
  return basic;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (key: string, value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), map(key, value)]));
}

function unusable(host: string, why: string, cause?: unknown): RegistryError {
  const message = `registries.yaml cannot be used: ${why}. Fix it and start again.`;
  return new RegistryError('configuration', host, message, { cause });
}
