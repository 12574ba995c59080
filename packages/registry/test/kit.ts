import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
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
  const client = createRegistryClient({ random: () => 0, insecureHosts: ['127.0.0.1:*', 'localhost:*'], ...options });
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
  const digest = digestOf(body);
  const headers = { ...pushHeaders, 'content-type': mediaType };
  const response = await fetch(`${url}/v2/ops/myapp/manifests/${tag ?? digest}`, { method: 'PUT', headers, body });
  if (response.status !== 201) throw new Error(`the push was answered ${response.status}`);
  return digest;
}

/** An index of the OCI form. */
export function indexOf(...manifests: readonly object[]): object {
  return { schemaVersion: 2, mediaType: indexType, manifests };
}

export interface OddServer {
  readonly host: string;
  /** Method and path of each request so far. */
  readonly requests: string[];
  /** How many connections it has accepted. */
  readonly connections: () => number;
}

/** A server that answers as the test says, and ends with the test. */
export function serverFor(listener: RequestListener): Promise<OddServer> {
  return observed((onRequest) => createServer(onRequest), listener);
}

export async function observed(
  create: (onRequest: RequestListener) => Server,
  listener: RequestListener,
): Promise<OddServer> {
  const requests: string[] = [];
  let connections = 0;
  const server = create((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.on('connection', () => {
    connections++;
  });
  return { host: `127.0.0.1:${await portOf(server)}`, requests, connections: () => connections };
}

/** Listens on a free port of loopback until the end of the test. */
export async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export const digestOf = (body: string): Digest => `sha256:${createHash('sha256').update(body).digest('hex')}`;
