import { bounds } from '@keelson/core';
import type { ImageReference } from '@keelson/image';
import type { ClusterReader, PullSecret, Workload } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Credential } from '@keelson/registry';
import { credentialsFor } from '@keelson/registry';
import { createIdentities } from './identities.ts';
import { createReadOnce } from './read-once.ts';

export interface Keyring {
  readonly credentials: readonly Credential[];
  /** The workload's namespace: it shares what a registry allows with the others (law 17). */
  readonly share: string;
  /** Equal where the credentials are: who has the same ones sees the same registry. '' without credentials. Holds no secret. */
  readonly identity: string;
  /** One sentence for each Secret that is missing or unreadable. Holds no secret. */
  readonly warnings: readonly string[];
  /** One sentence for each Secret without credentials for this image, and each that Keelson may not read: for where the registry refused access. Holds no secret. */
  readonly hints: readonly string[];
}

export interface PullSecrets {
  /**
   * The credentials that the kubelet would use for this image, the named Secret first, as far as Keelson may read them.
   *
   * @throws KubeError
   */
  keyring(workload: Workload, named: string | undefined, image: ImageReference): Promise<Keyring>;
  /** After a registry refused the credentials, or knew no such image: the Secrets are read again next time, at most once a minute. */
  invalidate(workload: Workload): void;
}

const rereadMs = 60_000;

/** Reading Secrets is a right that is granted where it is needed (docs/security.md), and a public image needs none. */
const forbidden = 'forbidden';

/**
 * Pull secrets, read once and kept in memory: at rest they cost no request to the API server. After a rotation the registry refuses the old
 * credentials, and the Secret is read again; a missing Secret is read again each minute. Callers may share a read, so no caller's signal
 * ends it.
 */
export function createPullSecrets(reader: ClusterReader, now: () => number): PullSecrets {
  const accounts = createReadOnce<readonly string[]>(now, () => undefined);
  const contents = createReadOnce<PullSecret | typeof forbidden | undefined>(now, (one) =>
    typeof one === 'object' ? undefined : rereadMs,
  );
  const identityOf = createIdentities();

  async function names({ namespace, ...pod }: Workload, named: string | undefined): Promise<string[]> {
    const account = pod.serviceAccountName;
    // The kubelet uses the ServiceAccount's secrets only through the pod: admission adds them where the pod template names none.
    const inherited =
      pod.imagePullSecrets.length > 0
        ? []
        : await accounts.get(namespace, account, () => reader.readServiceAccountPullSecrets(namespace, account));
    const all = new Set([...(named === undefined ? [] : [named]), ...pod.imagePullSecrets, ...inherited]);
    return [...all].slice(0, bounds.pullSecrets);
  }

  return {
    async keyring(workload, named, image) {
      const { namespace } = workload;
      const secrets = await Promise.all(
        (await names(workload, named)).map(async (name) => {
          const id = `${namespace}/${name}`;
          return readSecret(
            id,
            await contents.get(namespace, name, () => readIfAllowed(reader, namespace, name)),
            image,
          );
        }),
      );
      const { credentials } = credentialsFor(
        secrets.flatMap(({ config }) => config ?? []),
        image,
      );
      const source = secrets.flatMap(({ source }) => source ?? []).join(',');
      return {
        credentials,
        share: namespace,
        identity: identityOf(credentials, source),
        warnings: secrets.flatMap(({ warnings }) => warnings),
        hints: secrets.flatMap(({ hints }) => hints),
      };
    },
    invalidate({ namespace }) {
      const before = now() - rereadMs;
      accounts.forget(namespace, before);
      contents.forget(namespace, before);
    },
  };
}

interface ReadSecret {
  readonly config?: string;
  /** Names the Secret and its content, where it has credentials for the image. */
  readonly source?: string;
  readonly warnings: readonly string[];
  readonly hints: readonly string[];
}

async function readIfAllowed(reader: ClusterReader, namespace: string, name: string) {
  try {
    return await reader.readPullSecret(namespace, name);
  } catch (error) {
    if (error instanceof KubeError && error.code === 'forbidden') return forbidden;
    throw error;
  }
}

/** Sentences have the Secret's name: the registry client calls each text just "the pull secret". */
function readSecret(id: string, secret: PullSecret | typeof forbidden | undefined, image: ImageReference): ReadSecret {
  if (secret === forbidden) {
    const hint = `Keelson may not read Secret ${id}, so it sent no credentials from it. Grant its ServiceAccount the verb get on it: docs/security.md says how.`;
    return { warnings: [], hints: [hint] };
  }
  if (secret === undefined) {
    const missing = `Pull secret ${id} does not exist, is not of type kubernetes.io/dockerconfigjson, or has more than ${bounds.pullSecretBytes / 1024} KiB. Create it, or remove its name.`;
    return { warnings: [missing], hints: [] };
  }
  const { config, version } = secret;
  const { credentials, warnings, hints } = credentialsFor([config], image);
  return {
    config,
    ...(credentials.length > 0 && { source: `${id}@${version}` }),
    warnings: warnings.map((warning) => `Secret ${id}: ${warning}`),
    hints: hints.map((hint) => `Secret ${id}: ${hint}`),
  };
}
