export { fingerprint } from './auth/fingerprint.ts';
export { createRegistryClient } from './client.ts';
export { credentialsFor, type FoundCredentials } from './credentials/credentials-for.ts';
export { RegistryError } from './errors.ts';
export type { Deadlines, RegistryClientOptions, RegistryLog } from './options.ts';
export { type ReadRegistriesOptions, readRegistries } from './registries-file/read-registries.ts';
export type { HostConfig, Mirror, MirrorEndpoint, RegistriesConfig, Rewrite } from './registries-file/types.ts';
export type {
  CallOptions,
  ConfigDigests,
  Credential,
  ImageDescription,
  ImageLabels,
  RegistryClient,
  RegistryErrorCode,
  TagObservation,
} from './types.ts';
