import { fields, list, strings, text } from '../fields.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { listPath, workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import type { ClusterReader } from '../types.ts';
import { dockerConfigOf } from './docker-config.ts';
import { readLog } from './read-log.ts';

/** Reads that no watch covers: one request each. */
export function createClusterReader(http: KubeHttp): ClusterReader {
  async function get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return await http.request({ path, signal });
    } catch (error) {
      if (error instanceof KubeError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  const one = (plural: string, namespace: string, name: string) =>
    `${listPath('v1', plural, namespace)}/${encodeURIComponent(name)}`;

  return {
    async readWorkload(key, signal) {
      const object = await get(workloadPath(key), signal);
      return object === undefined ? undefined : readWorkload(key.kind, object);
    },
    async readPullSecret(namespace, name, signal) {
      const secret = fields(await get(one('secrets', namespace, name), signal));
      const config = dockerConfigOf(text(secret.type), strings(secret.data));
      if (config === undefined) return undefined;
      const { uid, resourceVersion } = fields(secret.metadata);
      return { config, version: `${text(uid) ?? ''}.${text(resourceVersion) ?? ''}` };
    },
    async readServiceAccountPullSecrets(namespace, name, signal) {
      const account = fields(await get(one('serviceaccounts', namespace, name), signal));
      return list(account.imagePullSecrets).flatMap((secret) => text(fields(secret).name) ?? []);
    },
    readLog: (pod, container, lines, signal) => readLog(http, { pod, container, lines, signal }),
  };
}
