import type { ImageReference } from '@keelson/image';
import type { ClusterReader, Workload } from '@keelson/kube';
import type { Credential } from '@keelson/registry';
import { credentialsFor } from '@keelson/registry';
import { createReadOnce } from './read-once.ts';

export interface Keyring {
  readonly credentials: readonly Credential[];
  /** Which Secrets they came from: two workloads with the same ones see the same registry. Holds no secret. */
  readonly identity: string;
  /** One sentence for each Secret that is missing or unreadable. Holds no secret. */
  readonly warnings: readonly string[];
}

export interface PullSecrets {
  /**
   * The credentials that the kubelet would use for this image, the named Secret first.
   *
   * @throws KubeError
   */
  keyring(workload: Workload, named: string | undefined, image: ImageReference): Promise<Keyring>;
  /** After a registry refused the credentials: the Secrets are read again next time, at most once a minute. */
  invalidate(workload: Workload): void;
}

const rereadMs = 60_000;

/**
 * Pull secrets, read once and kept in memory: at rest they cost no request to the API server. After a rotation the registry refuses the old
 * credentials, and the Secret is read again; a missing Secret is read again each minute. Callers may share a read, so no caller's signal
 * ends it.
 */
export function createPullSecrets(reader: ClusterReader, now: () => number): PullSecrets {
  const accounts = createReadOnce<readonly string[]>(now, () => undefined);
  const texts = createReadOnce<string | undefined>(now, (text) => (text === undefined ? rereadMs : undefined));

  async function names({ namespace, ...pod }: Workload, named: string | undefined): Promise<string[]> {
    const account = pod.serviceAccountName;
    // The kubelet uses the ServiceAccount's secrets only through the pod: admission adds them where the pod template names none.
    const inherited =
      pod.imagePullSecrets.length > 0
        ? []
        : await accounts.get(`${namespace}/${account}`, () => reader.readServiceAccountPullSecrets(namespace, account));
    return [...new Set([...(named === undefined ? [] : [named]), ...pod.imagePullSecrets, ...inherited])];
  }

  return {
    async keyring(workload, named, image) {
      const { namespace } = workload;
      const secrets = await Promise.all(
        (await names(workload, named)).map(async (name) => ({
          id: `${namespace}/${name}`,
          text: await texts.get(`${namespace}/${name}`, () => reader.readPullSecret(namespace, name)),
        })),
      );
      const found = secrets.flatMap(({ text }) => text ?? []);
      return {
        credentials: credentialsFor(found, image).credentials,
        identity: secrets.map(({ id }) => id).join(','),
        warnings: secrets.flatMap(({ id, text }) => warningsOf(id, text, image)),
      };
    },
    invalidate({ namespace }) {
      const before = now() - rereadMs;
      accounts.forget(`${namespace}/`, before);
      texts.forget(`${namespace}/`, before);
    },
  };
}

/** The warnings about one Secret, with its name: the registry client calls each text just "the pull secret". */
function warningsOf(id: string, text: string | undefined, image: ImageReference): string[] {
  if (text === undefined) {
    return [
      `Pull secret ${id} does not exist, or is not of type kubernetes.io/dockerconfigjson. Create it, or remove its name.`,
    ];
  }
  return credentialsFor([text], image).warnings.map((warning) => `Secret ${id}: ${warning}`);
}
