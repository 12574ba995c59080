import { parseReference } from '@keelson/image';
import { z } from 'zod';
import { OUTCOME_LABEL } from '../cluster/kubelet/outcome.ts';
import { baseOf } from '../registry/base-of.ts';
import { runtimeAccept } from '../registry/media-types.ts';
import type { Outcome } from './outcome.ts';
import { isOutcome } from './outcome.ts';

/** What a kubelet learns from a registry about one image. */
export interface Pulled {
  readonly outcome: Outcome;
  /** `host/repository@sha256:…`, with the host as the image names it. Absent when there is no such image. */
  readonly imageID?: string;
  readonly message?: string;
}

const manifestSchema = z.looseObject({
  config: z.looseObject({ digest: z.string() }).optional(),
  manifests: z.array(z.looseObject({ digest: z.string() })).optional(),
});
const configSchema = z.looseObject({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

type Headers = Readonly<Record<string, string>>;

async function outcomeOf(base: string, manifest: unknown, headers: Headers): Promise<Outcome> {
  const { config, manifests } = manifestSchema.parse(manifest);
  const child = manifests?.[0];
  if (child !== undefined) {
    const answer = await fetch(`${base}/manifests/${child.digest}`, { headers: { ...headers, accept: runtimeAccept } });
    return outcomeOf(base, await answer.json(), headers);
  }
  if (config === undefined) return 'ready';
  const answer = await fetch(`${base}/blobs/${config.digest}`, { headers });
  const labels = configSchema.parse(await answer.json()).config?.Labels;
  const label = labels?.[OUTCOME_LABEL];
  return isOutcome(label) ? label : 'ready';
}

export interface RegistryAccess {
  /** Base URL by registry host: where images of that host are asked for. @default none */
  readonly mirrors?: Readonly<Record<string, string>>;
  /** Sent with each request: how to get in where a token is asked for. @default none */
  readonly headers?: Headers;
}

/**
 * Pulls an image as far as a test needs it, over plain HTTP. A host without a mirror is asked itself when it is on loopback; an image
 * of any other host is taken as there and ready.
 */
export async function askRegistry(image: string, { mirrors = {}, headers = {} }: RegistryAccess = {}): Promise<Pulled> {
  const { host, repository, tag, digest } = parseReference(image);
  const registry = baseOf(host, mirrors);
  if (registry === undefined) return { outcome: 'ready' };
  const base = `${registry}/v2/${repository}`;
  try {
    const answer = await fetch(`${base}/manifests/${digest ?? tag}`, {
      headers: { ...headers, accept: runtimeAccept },
    });
    if (!answer.ok) return { outcome: 'nopull', message: `${image}: not found (${answer.status})` };
    const found = answer.headers.get('docker-content-digest') ?? digest;
    return { outcome: await outcomeOf(base, await answer.json(), headers), imageID: `${host}/${repository}@${found}` };
  } catch (error) {
    return {
      outcome: 'nopull',
      message: `failed to do request: ${error instanceof Error ? error.message : 'no answer'}`,
    };
  }
}
