import { createHash } from 'node:crypto';
import type { Digest, ImageReference } from '@keelson/image';
import { parseReference } from '@keelson/image';
import type { RegistryOptions, RegistryServer } from '@keelson/simulator';
import { startRegistry } from '@keelson/simulator';
import { onTestFinished } from 'vitest';
import type { RegistryClientOptions } from '../src/index.ts';
import { createRegistryClient, RegistryError } from '../src/index.ts';
import type { RegistryClient } from '../src/types.ts';

/** A registry that ends with the test. */
export async function registryFor(options: RegistryOptions = {}): Promise<RegistryServer> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  return registry;
}

/** A client that ends with the test. Its pauses have no jitter. */
export function clientFor(options: RegistryClientOptions = {}): RegistryClient {
  const client = createRegistryClient({ random: () => 0, ...options });
  onTestFinished(() => client.close());
  return client;
}

export function imageAt({ host }: { readonly host: string }, name = 'ops/myapp:latest'): ImageReference {
  return parseReference(`${host}/${name}`);
}

/** The RegistryError that the promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<RegistryError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RegistryError) return error;
  throw new Error('the call ended without a RegistryError', { cause: error });
}

/** `HEAD /v2/ops/myapp/manifests/latest 200` each. */
export function lines({ requests }: RegistryServer): string[] {
  return requests.map(({ method, path, status }) => `${method} ${path} ${status ?? '-'}`);
}

/** A clock that stands still until `ms` is changed. */
export class Clock {
  ms = Date.parse('2026-01-01T00:00:00Z');
  readonly now = (): number => this.ms;
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** Pushes a manifest of any shape; what it names has to be there. Returns its digest. */
export async function pushManifest(
  { url, pushHeaders }: RegistryServer,
  manifest: object,
  { tag, mediaType = indexType }: { readonly tag?: string; readonly mediaType?: string } = {},
): Promise<Digest> {
  const body = JSON.stringify(manifest);
  const digest: Digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const headers = { ...pushHeaders, 'content-type': mediaType };
  const response = await fetch(`${url}/v2/ops/myapp/manifests/${tag ?? digest}`, { method: 'PUT', headers, body });
  if (response.status !== 201) throw new Error(`the push was answered ${response.status}`);
  return digest;
}

/** An index of the OCI form. */
export function indexOf(...manifests: readonly object[]): object {
  return { schemaVersion: 2, mediaType: indexType, manifests };
}
