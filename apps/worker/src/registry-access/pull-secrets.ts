import type { ImageReference } from '@keelson/image';
import type { ClusterReader, Workload } from '@keelson/kube';
import type { Credential } from '@keelson/registry';
import { credentialsFor } from '@keelson/registry';
import { createReadOnce } from './read-once.ts';

export interface Keyring {
  readonly credentials: readonly Credential[];
  /** Which Secrets they came from: two workloads with the same ones see the same registry. Holds no secret. */
  readonly identity: string;
  /** A sentence for each Secret that is not there or cannot be read. Holds no secret. */
  readonly warnings: readonly string[];
}

export interface PullSecrets {
  /** The credentials that the kubelet would use for this image, the named Secret first. Throws KubeError. */
  keyring(workload: Workload, named: string | undefined, image: ImageReference): Promise<Keyring>;
  /** A registry refused them: read the Secrets again next time, at most once a minute. */
  doubt(workload: Workload): void;
}

const REREAD_MS = 60_000;

/**
 * Pull secrets, read once and kept in memory: at rest no request goes to the API server for them. A rotated Secret shows itself
 * as a refusal by the registry, and is then read again; one that was not there is looked for each minute. Whoever asks may share a
 * read with others, so no caller's signal ends it.
 */
export function createPullSecrets(reader: ClusterReader, now: () => number): PullSecrets {
  const accounts = createReadOnce<readonly string[]>(now, () => undefined);
  const texts = createReadOnce<string | undefined>(now, (text) => (text === undefined ? REREAD_MS : undefined));

  async function names({ namespace, ...pod }: Workload, named: string | undefined): Promise<string[]> {
    const account = pod.serviceAccountName;
    // The kubelet uses the ServiceAccount's secrets only through the pod; for a pod template that names none, admission adds them.
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
    doubt({ namespace }) {
      const before = now() - REREAD_MS;
      accounts.forget(`${namespace}/`, before);
      texts.forget(`${namespace}/`, before);
    },
  };
}

/** Read alone, a text is "the pull secret" of what the registry's words say about it; here is its name. */
function warningsOf(id: string, text: string | undefined, image: ImageReference): string[] {
  if (text === undefined) {
    return [
      `Pull secret ${id} is not there, or is not of type kubernetes.io/dockerconfigjson. Create it, or take its name out.`,
    ];
  }
  return credentialsFor([text], image).warnings.map((warning) => `Secret ${id}: ${warning}`);
}
