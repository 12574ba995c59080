import { parseReference } from '@keelson/image';
import { z } from 'zod';
import type { Outcome } from './outcome.ts';
import { isOutcome } from './outcome.ts';

/** What a kubelet learns from a registry about one image. */
export interface Pulled {
  readonly outcome: Outcome;
  /** `host/repository@sha256:…`, with the host as the image names it. Absent when there is no such image. */
  readonly imageID?: string;
  readonly message?: string;
}

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const manifestSchema = z.looseObject({
  config: z.looseObject({ digest: z.string() }).optional(),
  manifests: z.array(z.looseObject({ digest: z.string() })).optional(),
});
const configSchema = z.looseObject({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

async function outcomeOf(base: string, manifest: unknown): Promise<Outcome> {
  const { config, manifests } = manifestSchema.parse(manifest);
  const child = manifests?.[0];
  if (child !== undefined) {
    const answer = await fetch(`${base}/manifests/${child.digest}`, { headers: { accept } });
    return outcomeOf(base, await answer.json());
  }
  if (config === undefined) return 'ready';
  const answer = await fetch(`${base}/blobs/${config.digest}`);
  const labels = configSchema.parse(await answer.json()).config?.Labels;
  const label = labels?.['sh.keelson.outcome'];
  return isOutcome(label) ? label : 'ready';
}

/**
 * Pulls an image as far as a test needs it, over plain HTTP. `mirrors`: base URL by registry host; a host that is not in it is asked
 * itself when it is on loopback. An image of any other host is taken as there and ready.
 */
export async function askRegistry(image: string, mirrors: Readonly<Record<string, string>>): Promise<Pulled> {
  const { host, repository, tag, digest } = parseReference(image);
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? `http://${host}` : undefined;
  const registry = mirrors[host] ?? loopback;
  if (registry === undefined) return { outcome: 'ready' };
  const base = `${registry.replace(/\/$/, '')}/v2/${repository}`;
  try {
    const answer = await fetch(`${base}/manifests/${digest ?? tag}`, { headers: { accept } });
    if (!answer.ok) return { outcome: 'nopull', message: `${image}: not found (${answer.status})` };
    const found = answer.headers.get('docker-content-digest') ?? digest;
    return { outcome: await outcomeOf(base, await answer.json()), imageID: `${host}/${repository}@${found}` };
  } catch (error) {
    return {
      outcome: 'nopull',
      message: `failed to do request: ${error instanceof Error ? error.message : 'no answer'}`,
    };
  }
}
