import type { ImageReference } from '@keelson/image';
import type { ClusterReader, Workload } from '@keelson/kube';
import type { Credential } from '@keelson/registry';
import { credentialsFor } from '@keelson/registry';

export interface Keyring {
  readonly credentials: readonly Credential[];
  /** Which Secrets they came from: two workloads with the same ones see the same registry. Holds no secret. */
  readonly identity: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface PullSecrets {
  /** The credentials that the kubelet would use for this image, the named Secret first. */
  keyring(workload: Workload, named: string | undefined, image: ImageReference, signal: AbortSignal): Promise<Keyring>;
  /** A registry refused them: read the Secrets again next time, at most once a minute. */
  doubt(workload: Workload): void;
}

const REREAD_MS = 60_000;

/**
 * Pull secrets, read once and kept in memory: at rest no request goes to the API server for them. A rotated Secret shows itself
 * as a refusal by the registry, and is then read again.
 */
export function createPullSecrets(reader: ClusterReader, now: () => number): PullSecrets {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  function once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = kept.get(key);
    if (known) return known.value as Promise<T>;
    const value = read();
    kept.set(key, { at: now(), value });
    value.catch(() => kept.delete(key));
    return value;
  }

  async function names(workload: Workload, named: string | undefined, signal: AbortSignal): Promise<string[]> {
    const { namespace, serviceAccountName } = workload;
    // The kubelet uses the ServiceAccount's secrets only through the pod; for a pod template that names none, admission adds them.
    const inherited =
      workload.imagePullSecrets.length > 0
        ? []
        : await once(`sa ${namespace}/${serviceAccountName}`, () =>
            reader.readServiceAccountPullSecrets(namespace, serviceAccountName, signal),
          );
    return [...new Set([...(named === undefined ? [] : [named]), ...workload.imagePullSecrets, ...inherited])];
  }

  return {
    async keyring(workload, named, image, signal) {
      const { namespace } = workload;
      const secrets = await names(workload, named, signal);
      const texts = await Promise.all(
        secrets.map(async (name) => ({
          name,
          text: await once(`secret ${namespace}/${name}`, () => reader.readPullSecret(namespace, name, signal)),
        })),
      );
      const missing = texts
        .filter(({ text }) => text === undefined)
        .map(({ name }) => ({
          code: 'pull-secret-missing',
          message: `Pull secret ${namespace}/${name} is not there, or is not of type kubernetes.io/dockerconfigjson. Create it, or take its name out.`,
        }));
      const { credentials, warnings } = credentialsFor(
        texts.flatMap(({ text }) => (text === undefined ? [] : [text])),
        image,
      );
      return {
        credentials,
        identity: secrets.map((name) => `${namespace}/${name}`).join(','),
        warnings: [...missing, ...warnings],
      };
    },
    doubt({ namespace }) {
      for (const [key, { at }] of kept) {
        if (key.includes(` ${namespace}/`) && now() - at >= REREAD_MS) kept.delete(key);
      }
    },
  };
}
